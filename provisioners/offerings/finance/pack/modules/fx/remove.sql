-- Takes the module out: no rate was ever set. Exchanges at agreed amounts stay, they are of the core.
CREATE OR REPLACE FUNCTION ledger.rate_to_base(p_currency text) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT NULL::numeric
$$;
SELECT pack.remove_view_part('invariants', 'fx.invariants');
SELECT pack.remove_functions('{set_rate, convert}');
DROP VIEW api.rates, api.fx_positions;
DROP SCHEMA fx CASCADE;

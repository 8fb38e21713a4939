-- Takes the module out: nothing was ever proposed, and nothing needs a second person any more.
CREATE OR REPLACE FUNCTION ledger.control(p_function text, p_book text, p_currency text, p_amount bigint) RETURNS void LANGUAGE sql AS $$
  SELECT
$$;
DROP FUNCTION ledger.base_minor(text, bigint);
SELECT pack.remove_view_part('invariants', 'control.invariants');
SELECT pack.remove_functions('{propose, approve_proposal, reject_proposal}');
DROP VIEW api.proposals;
DROP SCHEMA control CASCADE;

-- Rates by time, conversion at the rate of the moment, and what the exchange positions are worth.

CREATE SCHEMA fx;

-- One rate for a pair at any instant: the temporal key is the referee.
CREATE TABLE fx.rate (
  base char(3) NOT NULL REFERENCES ledger.currency,
  quote char(3) NOT NULL REFERENCES ledger.currency,
  valid tstzrange NOT NULL CHECK (NOT isempty(valid)),
  rate numeric NOT NULL CHECK (rate > 0 AND rate < 1e12),
  set_by text NOT NULL,
  PRIMARY KEY (base, quote, valid WITHOUT OVERLAPS),
  CHECK (base <> quote)
);

/* Units of p_quote for one unit of p_base now; from the opposite pair when only that is known. */
CREATE FUNCTION fx.rate_now(p_base text, p_quote text) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN p_base = p_quote THEN 1 ELSE coalesce(
    (SELECT rate FROM fx.rate WHERE base = p_base AND quote = p_quote AND valid @> now()),
    (SELECT round(1 / rate, 18) FROM fx.rate WHERE base = p_quote AND quote = p_base AND valid @> now())) END
$$;

CREATE OR REPLACE FUNCTION ledger.rate_to_base(p_currency text) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT fx.rate_now(p_currency, (SELECT value #>> '{}' FROM pack.param WHERE key = 'base_currency'))
$$;

/* p_amount of p_base in minor units of p_quote, exact, rounded once half to even. */
CREATE FUNCTION fx.convert_minor(p_amount bigint, p_base text, p_quote text, p_rate numeric) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT (whole + CASE WHEN rest > 0.5 OR (rest = 0.5 AND whole % 2 = 1) THEN 1 ELSE 0 END)::bigint
  FROM (
    SELECT trunc(exact) AS whole, exact - trunc(exact) AS rest
    FROM (SELECT p_amount * p_rate * 10::numeric ^ q.minor_unit / 10::numeric ^ b.minor_unit AS exact
          FROM ledger.currency b, ledger.currency q WHERE b.code = p_base AND q.code = p_quote) AS amount
  ) AS parts
$$;

/* {base, quote, rate}: holds from now until the next one. Rates of the past stay as they were. */
CREATE FUNCTION api.set_rate(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_base text := ledger.need_currency(p, 'base');
  v_quote text := ledger.need_currency(p, 'quote');
  v_text text := pack.need_text(p, 'rate', 30);
  v_now timestamptz := clock_timestamp();
BEGIN
  IF v_text !~ '^[0-9]{1,9}(\.[0-9]{1,12})?$' OR v_text::numeric = 0 THEN
    PERFORM pack.fail_field('rate', 'a decimal above 0, as a string');
  ELSIF v_base = v_quote THEN
    PERFORM pack.fail_field('quote', 'another currency than base');
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('rate ' || least(v_base, v_quote) || greatest(v_base, v_quote), 0));
  UPDATE fx.rate SET valid = tstzrange(lower(valid), v_now)
  WHERE ((base, quote) = (v_base, v_quote) OR (base, quote) = (v_quote, v_base)) AND upper_inf(valid);
  INSERT INTO fx.rate (base, quote, valid, rate, set_by) VALUES (v_base, v_quote, tstzrange(v_now, NULL), v_text::numeric, ledger.actor());
  RETURN jsonb_build_object('base', v_base, 'quote', v_quote, 'rate', v_text, 'validFrom', v_now);
END $$;
SELECT pack.declare_function('set_rate', true);

/* {from, to, fromMinor, atLeastMinor?, businessDate?, description?}: an exchange at the rate of now. ICF22 when none is known, or
   when it gives less than atLeastMinor. */
CREATE FUNCTION api.convert(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_from ledger.account := ledger.need_account(p, 'from');
  v_to ledger.account := ledger.need_account(p, 'to');
  v_amount bigint := ledger.need_amount(p, 'fromMinor');
  v_rate numeric := fx.rate_now(v_from.currency, v_to.currency);
  v_converted bigint;
BEGIN
  IF v_rate IS NULL THEN
    PERFORM pack.fail('ICF22', 'no rate is known', jsonb_build_object('from', v_from.currency, 'to', v_to.currency));
  END IF;
  v_converted := fx.convert_minor(v_amount, v_from.currency, v_to.currency, v_rate);
  IF v_converted < greatest(pack.opt_minor(p, 'atLeastMinor', 1), 1) THEN
    PERFORM pack.fail('ICF22', 'the rate gives less', jsonb_build_object('from', v_from.currency, 'to', v_to.currency,
      'rate', trim_scale(v_rate)::text, 'toMinor', v_converted::text));
  END IF;
  PERFORM ledger.control('convert', v_from.book, v_from.currency, v_amount);
  RETURN ledger.exchange(v_from, v_to, v_amount, v_converted, ledger.opt_date(p, 'businessDate', current_date),
    pack.opt_text(p, 'description', NULL, 500)) || jsonb_build_object('rate', trim_scale(v_rate)::text);
END $$;
SELECT pack.declare_function('convert', true);

-- key: base, quote, valid_from
CREATE VIEW api.rates AS
SELECT base::text AS base, quote::text AS quote, lower(valid) AS valid_from, upper(valid) AS valid_until, trim_scale(rate)::text AS rate,
  valid @> now() AS current, set_by
FROM fx.rate;

-- key: currency. What was bought and sold of each currency, and what it is worth in the base currency at the rate of now.
CREATE VIEW api.fx_positions AS
SELECT a.currency::text AS currency, (a.debits_posted - a.credits_posted)::text AS position_minor, trim_scale(r.rate)::text AS rate,
  round((a.debits_posted - a.credits_posted) * r.rate * 10::numeric ^ base.minor_unit / 10::numeric ^ own.minor_unit)::text AS value_minor
FROM ledger.account a
JOIN ledger.currency own ON own.code = a.currency
JOIN ledger.currency base ON base.code = (SELECT value #>> '{}' FROM pack.param WHERE key = 'base_currency')
LEFT JOIN LATERAL (
  SELECT 1::numeric AS rate WHERE a.currency = base.code
  UNION ALL SELECT rate FROM fx.rate WHERE fx.rate.base = a.currency AND quote = base.code AND valid @> now()
  UNION ALL SELECT 1 / rate FROM fx.rate WHERE fx.rate.base = base.code AND quote = a.currency AND valid @> now()
) AS r ON true
WHERE a.book = 'main' AND a.code = 'FX-' || a.currency;

-- Over all exchanges the two journals of a link are both there, in two currencies.
CREATE VIEW fx.invariants AS
SELECT 'exchanges_are_linked' AS rule, count(*) AS violations
FROM (
  SELECT FROM ledger.journal j JOIN ledger.posting p USING (journal_id)
  WHERE j.kind = 'exchange' GROUP BY j.link_id
  HAVING count(DISTINCT j.journal_id) <> 2 OR count(DISTINCT p.currency) <> 2) AS off;
SELECT pack.add_view_part('invariants', 'fx.invariants');

SELECT pack.declare_module_tables('fx', '{fx.rate}');

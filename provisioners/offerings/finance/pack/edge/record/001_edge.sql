-- The private side shows where payments stand, in the transaction that moved them, and takes in the files that the edge received.

SELECT pack.default_params('{"edge_share_balances": false}');

CREATE SCHEMA edge_link;

INSERT INTO edge.pulse (at) VALUES (now());

CREATE FUNCTION edge_link.payment_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO edge.payment_status AS e (uetr, status, reason, updated_at)
  SELECT uetr, status, reason, now() FROM changed
  ON CONFLICT (uetr) DO UPDATE SET status = excluded.status, reason = excluded.reason, updated_at = excluded.updated_at
  WHERE (e.status, e.reason) IS DISTINCT FROM (excluded.status, excluded.reason);
  RETURN NULL;
END $$;
CREATE TRIGGER edge_inserted AFTER INSERT ON iso.payment REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.payment_changed();
CREATE TRIGGER edge_updated AFTER UPDATE ON iso.payment REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION edge_link.payment_changed();

-- Books with a past show it, too.
INSERT INTO edge.payment_status (uetr, status, reason, updated_at)
SELECT uetr, status, reason, coalesce(settled_at, received_at) FROM iso.payment;

/* Hands one file in, once. What cannot be handed in is refused by its cause; no money has moved then. */
CREATE FUNCTION edge_link.take_in(p intake.initiation) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_answer jsonb;
  v_cause text;
BEGIN
  BEGIN
    v_answer := api.initiate_payments(jsonb_build_object('xml', p.xml));
  EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE IN ('40P01', '40001', '55P03', '57014') THEN
      RAISE; -- a matter of the moment: the next pass tries again
    END IF;
    v_cause := SQLSTATE;
  END;
  INSERT INTO edge.initiation_done (initiation_id, outcome, uetrs, cause)
  SELECT p.initiation_id, CASE WHEN v_cause IS NULL THEN 'taken' ELSE 'refused' END, coalesce(array_agg((payment ->> 'uetr')::uuid), '{}'), v_cause
  FROM jsonb_array_elements(v_answer -> 'payments') AS payment;
  RETURN v_cause IS NULL;
END $$;

/* {limit?}: takes in what came from the edge, in the order in which it came. Repeating it does nothing twice, so it needs no key. */
CREATE FUNCTION api.take_in_edge(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_initiation intake.initiation;
  v_taken int := 0;
  v_refused int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('edge intake', 0));
  -- One file a transaction would be kinder to accounts that many files share; a pass is short, so that locks are.
  FOR v_initiation IN
    SELECT * FROM intake.initiation i WHERE NOT EXISTS (SELECT FROM edge.initiation_done d WHERE d.initiation_id = i.initiation_id)
    ORDER BY at, initiation_id LIMIT pack.opt_int(p, 'limit', 1, 1, 100)
  LOOP
    IF edge_link.take_in(v_initiation) THEN
      v_taken := v_taken + 1;
    ELSE
      v_refused := v_refused + 1;
    END IF;
  END LOOP;
  RETURN jsonb_build_object('taken', v_taken, 'refused', v_refused);
END $$;
SELECT pack.declare_function('take_in_edge', false);

/* {}: publishes rates, and balances of the last days where the tenant agreed. Rows that would not change are not written. */
CREATE FUNCTION api.publish_edge(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_agreed boolean := (pack.params() -> 'edge_share_balances')::boolean;
  v_balances bigint := 0;
  v_rates bigint := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('edge publish', 0));
  IF to_regclass('fx.rate') IS NOT NULL THEN -- a name that only the module fx brings
    EXECUTE $sql$
      INSERT INTO edge.rate AS e (base, quote, rate, valid_from) SELECT base, quote, rate, lower(valid) FROM fx.rate WHERE valid @> now()
      ON CONFLICT (base, quote) DO UPDATE SET rate = excluded.rate, valid_from = excluded.valid_from WHERE e.valid_from <> excluded.valid_from
    $sql$;
    GET DIAGNOSTICS v_rates = ROW_COUNT;
  END IF;
  IF NOT v_agreed THEN
    DELETE FROM edge.daily_balance;
  ELSE
    INSERT INTO edge.daily_balance AS e (kind, currency, business_date, thousands)
    SELECT a.kind, a.currency, day::date, round(sum(CASE WHEN (p.side = 'D') = (a.kind IN ('A', 'X')) THEN p.amount_minor ELSE -p.amount_minor END)
      / 10::numeric ^ c.minor_unit / 1000)::bigint
    FROM generate_series(current_date - 3, current_date - 1, interval '1 day') AS day
    JOIN ledger.journal j ON j.business_date <= day AND j.book = 'main'
    JOIN ledger.posting p USING (journal_id) JOIN ledger.account a USING (account_id) JOIN ledger.currency c ON c.code = a.currency
    GROUP BY a.kind, a.currency, c.minor_unit, day
    ON CONFLICT (kind, currency, business_date) DO UPDATE SET thousands = excluded.thousands WHERE e.thousands <> excluded.thousands;
    GET DIAGNOSTICS v_balances = ROW_COUNT;
  END IF;
  RETURN jsonb_build_object('rates', v_rates, 'balances', v_balances);
END $$;
SELECT pack.declare_function('publish_edge', false);

-- key: initiation_id. Files that came from the edge; their content is in `messages`.
CREATE VIEW api.edge_initiations AS
SELECT i.initiation_id, i.msg_id, encode(i.sha256, 'hex') AS sha256, i.at, coalesce(d.outcome, 'waiting') AS state, d.uetrs, d.cause
FROM intake.initiation i LEFT JOIN edge.initiation_done d USING (initiation_id);

CREATE VIEW edge_link.invariants AS
-- Every file that was taken in is a message here, as it was received.
SELECT 'edge_initiations_taken_once' AS rule, count(*) AS violations
FROM edge.initiation_done d JOIN intake.initiation i USING (initiation_id)
WHERE d.outcome = 'taken' AND (SELECT count(*) FROM iso.payment p WHERE p.uetr = ANY (d.uetrs)) <> cardinality(d.uetrs)
UNION ALL
-- What is shown of a payment is what it is.
SELECT 'edge_shows_payments_as_they_are', count(*)
FROM iso.payment p LEFT JOIN edge.payment_status e USING (uetr)
WHERE (p.status, p.reason) IS DISTINCT FROM (e.status::text, e.reason);

SELECT pack.add_view_part('invariants', 'edge_link.invariants');

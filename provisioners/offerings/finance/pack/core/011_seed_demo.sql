-- Books with a past, for demos and tests: the same ones every time. Everything random is a hash of a name, so a second run with
-- the same `until` writes the same rows, ids and seals included.

/* A number in [0, 1) that belongs to a name. */
CREATE FUNCTION ledger.demo_draw(p_name text) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT ('x' || left(md5(p_name), 8))::bit(32)::bigint / 4294967296.0
$$;

CREATE FUNCTION ledger.demo_pick(p_name text, p_from text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT p_from[1 + floor(ledger.demo_draw(p_name) * cardinality(p_from))::int]
$$;

/* An id that belongs to a name, in the order of time as uuidv7 is. */
CREATE FUNCTION ledger.demo_id(p_at timestamptz, p_name text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || '7' || left(md5(p_name), 3) || '8' || substr(md5(p_name), 4, 15))::uuid
$$;

/* When demo transfer n was made: more and more towards the end, most in the afternoon (UTC), the last few within the hour. */
CREATE FUNCTION ledger.demo_time(n int, p_transfers int, p_days int, p_until timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN n > p_transfers - least(12, p_transfers / 20) THEN p_until - ledger.demo_draw('recent' || n) ^ 3 * interval '1 hour'
    ELSE least(p_until, date_trunc('day', p_until, 'UTC') - interval '1 day' * floor(p_days * ledger.demo_draw('day' || n) ^ 1.3)
      + interval '1 day' * (ledger.demo_draw('hour' || n) + ledger.demo_draw('late' || n)) / 2) END
$$;

/* Payments of 40 customers to six merchants and to each other. */
CREATE FUNCTION ledger.demo_transfers(p_wallets int, p_transfers int, p_days int, p_until timestamptz)
RETURNS TABLE (n int, transfer_id uuid, at timestamptz, state text, debit text, credit text, amount bigint, posted bigint) LANGUAGE sql STABLE AS $$
  SELECT n, ledger.demo_id(at, 'transfer' || n), at, state, debit,
    CASE WHEN merchant < 0.72 THEN 'D-M' || 1 + floor(merchant / 0.12)::int
      ELSE 'D-W' || to_char(1 + (payer + floor(ledger.demo_draw('payee' || n) * (p_wallets - 1))::int) % p_wallets, 'FM000') END,
    amount, CASE state WHEN 'posted' THEN CASE WHEN ledger.demo_draw('part' || n) < 0.05 THEN greatest(1, amount * 96 / 100) ELSE amount END END
  FROM (
    SELECT n, at, payer, 'D-W' || to_char(payer, 'FM000') AS debit, ledger.demo_draw('merchant' || n) AS merchant,
      150 + floor(180000 * ledger.demo_draw('amount' || n) ^ 4)::bigint AS amount,
      CASE WHEN p_until - at < interval '6 hours' AND fate < 0.5 THEN 'pending' WHEN fate < 0.03 THEN 'voided' WHEN fate < 0.05 THEN 'expired'
        ELSE 'posted' END AS state
    FROM (
      SELECT n, ledger.demo_time(n, p_transfers, p_days, p_until) AS at, ledger.demo_draw('fate' || n) AS fate,
        1 + floor(ledger.demo_draw('payer' || n) ^ 1.5 * p_wallets)::int AS payer
      FROM generate_series(1, p_transfers) AS n) AS drawn
  ) AS planned
$$;

/* Every journal of the demo: one debit, one credit. */
CREATE FUNCTION ledger.demo_entries(p_wallets int, p_transfers int, p_days int, p_until timestamptz, p_chart text)
RETURNS TABLE (journal_id uuid, kind text, at timestamptz, description text, debit text, credit text, amount bigint) LANGUAGE sql STABLE AS $$
  WITH moved AS MATERIALIZED (
    SELECT * FROM ledger.demo_transfers(p_wallets, p_transfers, p_days, p_until)
  ), start AS (
    SELECT date_trunc('day', p_until, 'UTC') - p_days * interval '1 day' - interval '1 hour' AS at,
      (SELECT min(code) FROM ledger.chart_account WHERE chart = p_chart AND kind = 'A') AS bank,
      (SELECT min(code) FROM ledger.chart_account WHERE chart = p_chart AND kind = 'Q') AS capital,
      (SELECT max(code) FROM ledger.chart_account WHERE chart = p_chart AND kind = 'X') AS costs
  ), entry AS (
    SELECT 'opening' AS name, 'opening' AS kind, at - interval '40 days' AS at, 'Paid-in capital' AS description, bank AS debit, capital AS credit, 500000000::bigint AS amount FROM start
    UNION ALL -- what customers put in at the beginning of a week covers what they spend and hold in it
    SELECT format('deposit%s-%s', m.debit, week), 'deposit', start.at + week * interval '7 days', 'Deposit', start.bank, m.debit, sum(m.amount)::bigint + 5000
    FROM moved m, start, LATERAL (SELECT floor(extract(epoch FROM m.at - start.at) / 604800)::int AS week) AS w
    GROUP BY m.debit, start.at, start.bank, week
    UNION ALL
    SELECT 'transfer' || n, 'transfer', at, 'Demo transfer ' || n, debit, credit, posted FROM moved WHERE posted IS NOT NULL
    UNION ALL -- merchants pay 0.6 % of a day's takings
    SELECT format('fee%s%s', credit, date_trunc('day', at, 'UTC')), 'fee', least(p_until, date_trunc('day', at, 'UTC') + interval '23 hours'), 'Fee 0.6 %',
      credit, 'D-FEES', greatest(1, sum(posted) * 6 / 1000)::bigint
    FROM moved WHERE posted IS NOT NULL AND credit LIKE 'D-M%' GROUP BY credit, date_trunc('day', at, 'UTC')
    UNION ALL -- and are paid most of a week's at its end
    SELECT format('payout%s-%s', credit, week), 'payout', least(p_until, start.at + (week + 1) * interval '7 days'), 'Payout', credit, start.bank,
      (sum(posted) * 6 / 10)::bigint
    FROM moved m, start, LATERAL (SELECT floor(extract(epoch FROM m.at - start.at) / 604800)::int AS week) AS w
    WHERE posted IS NOT NULL AND credit LIKE 'D-M%' GROUP BY credit, start.at, start.bank, week HAVING sum(posted) > 1
    UNION ALL
    SELECT 'costs' || week, 'manual', start.at + week * interval '7 days', 'Hosting and salaries', start.costs, start.bank, 1250000
    FROM start, generate_series(1, p_days / 7) AS week
  )
  SELECT ledger.demo_id(at, name), kind, at, description, debit, credit, amount FROM entry
$$;

CREATE FUNCTION ledger.seed_accounts(p_wallets int, p_currency text, p_at timestamptz) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ledger.account (code, name, kind, currency, flags, party_ref, opened_at)
  SELECT 'D-W' || to_char(n, 'FM000'),
    ledger.demo_pick('family' || n, '{Lin,Wang,Zhao,Meyer,Dubois,Rossi,Smith,Chen,Okafor,Silva,Sato,Novak}') || ' ' ||
      ledger.demo_pick('given' || n, '{Xia,Wei,Anna,Paul,Marie,Luca,Jun,Ada,Tom,Yuki,Eva,Ming}'),
    'L', p_currency, '{debits_must_not_exceed_credits}'::text[], 'customer-' || n, p_at
  FROM generate_series(1, p_wallets) AS n
  UNION ALL
  SELECT 'D-M' || n, (ARRAY['Hearth Kitchen', 'Lotus Books', 'Qinghe Market', 'Atelier 9', 'Brightwater Cafe', 'Northwind Travel'])[n], 'L',
    p_currency, '{debits_must_not_exceed_credits}'::text[], 'merchant-' || n, p_at
  FROM generate_series(1, 6) AS n
  UNION ALL SELECT 'D-FEES', 'Fee income', 'I', p_currency, '{}'::text[], NULL, p_at
$$;

/* Some of the transfers came as payment files; a few files were refused. */
CREATE FUNCTION iso.seed_payments(p_wallets int, p_transfers int, p_days int, p_until timestamptz, p_currency text) RETURNS void LANGUAGE sql AS $$
  WITH paid AS MATERIALIZED (
    SELECT * FROM ledger.demo_transfers(p_wallets, p_transfers, p_days, p_until) WHERE n % 23 = 0 AND posted = amount
  ), file AS (
    INSERT INTO iso.message (message_id, direction, definition, msg_id, book, body, sha256, actor, at)
    SELECT ledger.demo_id(at, 'message' || n), 'in', 'pain.001.001.09', 'DEMO-' || n, 'main', body, sha256(convert_to(body::text, 'UTF8')), 'demo', at
    FROM paid, LATERAL (SELECT xmlelement(NAME "Document", xmlattributes('urn:iso:std:iso:20022:tech:xsd:pain.001.001.09' AS xmlns)) AS body) AS made
    RETURNING message_id
  )
  INSERT INTO iso.payment (payment_id, message_id, direction, book, end_to_end_id, uetr, amount_minor, currency, debtor_name, debtor_account,
    creditor_account, remittance, status, reason, transfer_id, received_at, settled_at)
  SELECT ledger.demo_id(at, 'payment' || n), ledger.demo_id(at, 'message' || n), 'initiated', 'main', 'INV-' || n,
    (left(md5('uetr' || n), 12) || '4' || substr(md5('uetr' || n), 14, 3) || '8' || substr(md5('uetr' || n), 18, 15))::uuid, amount, p_currency,
    (SELECT name FROM ledger.account WHERE code = debit), debit, credit, 'Invoice ' || n,
    CASE WHEN refused THEN 'RJCT' ELSE 'ACSC' END, CASE WHEN refused THEN 'AM04' END, CASE WHEN NOT refused THEN transfer_id END, at,
    CASE WHEN NOT refused THEN at + (20 + 300 * ledger.demo_draw('took' || n) ^ 3) * interval '1 ms' END
  FROM paid, LATERAL (SELECT ledger.demo_draw('refused' || n) < 0.06 AS refused) AS fate
$$;

/* {wallets?, transfers?, days?, until?}: fills the books with demo data. ICF14 when they are there already. */
CREATE FUNCTION api.seed_demo(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_wallets int := pack.opt_int(p, 'wallets', 40, 4, 500);
  v_transfers int := pack.opt_int(p, 'transfers', 2000, 0, 20000);
  v_days int := pack.opt_int(p, 'days', 60, 1, 365);
  v_until timestamptz := pack.opt_time(p, 'until', now());
  v_currency text := v_params ->> 'base_currency';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('seed_demo', 0));
  IF EXISTS (SELECT FROM ledger.account WHERE code LIKE 'D-W%') THEN
    PERFORM ledger.fail_taken('demo data', 'demo');
  ELSIF v_until > now() THEN
    PERFORM pack.fail_field('until', 'a time that is not in the future');
  END IF;
  PERFORM api.open_chart('{}');
  PERFORM ledger.seed_accounts(v_wallets, v_currency, v_until - (v_days + 41) * interval '1 day');

  INSERT INTO ledger.journal (journal_id, book, kind, business_date, description, actor, posted_at)
  SELECT journal_id, 'main', kind, (at AT TIME ZONE 'UTC')::date, description, 'demo', at
  FROM ledger.demo_entries(v_wallets, v_transfers, v_days, v_until, v_params ->> 'chart');
  INSERT INTO ledger.posting (journal_id, line_no, account_id, side, amount_minor, currency)
  SELECT e.journal_id, line.line_no, a.account_id, line.side, e.amount, v_currency
  FROM ledger.demo_entries(v_wallets, v_transfers, v_days, v_until, v_params ->> 'chart') AS e
  CROSS JOIN LATERAL (VALUES (1, 'D', e.debit), (2, 'C', e.credit)) AS line (line_no, side, code)
  JOIN ledger.account a ON a.code = line.code;
  INSERT INTO ledger.transfer (transfer_id, debit_account, credit_account, amount_minor, state, posted_minor, timeout_at, journal_id,
    description, actor, created_at, resolved_at)
  SELECT t.transfer_id, d.account_id, c.account_id, t.amount, t.state, t.posted,
    CASE WHEN t.state = 'posted' AND t.posted = t.amount THEN NULL ELSE t.at + interval '1 day' END,
    CASE WHEN t.posted IS NOT NULL THEN ledger.demo_id(t.at, 'transfer' || n) END, 'Demo transfer ' || n, 'demo', t.at,
    CASE WHEN t.state <> 'pending' THEN least(v_until, t.at + CASE t.state WHEN 'expired' THEN interval '1 day' ELSE interval '0' END) END
  FROM ledger.demo_transfers(v_wallets, v_transfers, v_days, v_until) AS t
  JOIN ledger.account d ON d.code = t.debit JOIN ledger.account c ON c.code = t.credit;

  UPDATE ledger.account a SET debits_posted = a.debits_posted + coalesce(s.debits, 0), credits_posted = a.credits_posted + coalesce(s.credits, 0),
    debits_pending = a.debits_pending + coalesce(s.debits_pending, 0), credits_pending = a.credits_pending + coalesce(s.credits_pending, 0)
  FROM (
    SELECT account_id, sum(debits)::bigint AS debits, sum(credits)::bigint AS credits, sum(debits_pending)::bigint AS debits_pending,
      sum(credits_pending)::bigint AS credits_pending
    FROM (
      SELECT p.account_id, CASE p.side WHEN 'D' THEN p.amount_minor END AS debits, CASE p.side WHEN 'C' THEN p.amount_minor END AS credits,
        NULL::bigint AS debits_pending, NULL::bigint AS credits_pending
      FROM ledger.posting p JOIN ledger.journal j USING (journal_id) WHERE j.posted_in = pg_current_xact_id()
      UNION ALL SELECT debit_account, NULL, NULL, amount_minor, NULL FROM ledger.transfer WHERE state = 'pending' AND actor = 'demo'
      UNION ALL SELECT credit_account, NULL, NULL, NULL, amount_minor FROM ledger.transfer WHERE state = 'pending' AND actor = 'demo'
    ) AS parts GROUP BY account_id
  ) AS s
  WHERE s.account_id = a.account_id;
  PERFORM iso.seed_payments(v_wallets, v_transfers, v_days, v_until, v_currency);

  SET CONSTRAINTS ledger.balanced IMMEDIATE; -- the months are full: check what is in them, then close those that are over
  INSERT INTO ledger.closed_period (book, period, closed_at, closed_by)
  SELECT DISTINCT 'main', to_char(business_date, 'YYYY-MM'), date_trunc('month', business_date) + interval '1 month 4 days', 'demo'
  FROM ledger.journal WHERE book = 'main' AND date_trunc('month', business_date) + interval '1 month 4 days' <= v_until;
  SET CONSTRAINTS ledger.balanced DEFERRED;
  PERFORM api.seal_journals('{"limit": 50000}'), api.verify_seals('{}');
  RETURN jsonb_build_object('wallets', v_wallets, 'transfers', v_transfers, 'days', v_days, 'until', v_until);
END $$;
SELECT pack.declare_function('seed_demo', true);

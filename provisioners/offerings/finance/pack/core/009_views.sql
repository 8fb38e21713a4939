-- What a reader sees. The keyset key of each view is named above it; pages ascend by it.
-- Views run with their owner's rights on tables but with the reader's on functions: only built-in functions here.
-- The self-test's book stays out of all of them; seals cover both books.

-- key: account
CREATE VIEW api.accounts AS
SELECT code AS account, name, kind::text AS kind, currency::text AS currency, iban, party_ref, flags,
  debits_posted::text AS debits_posted_minor, credits_posted::text AS credits_posted_minor,
  debits_pending::text AS debits_pending_minor, credits_pending::text AS credits_pending_minor,
  (CASE WHEN kind IN ('A', 'X') THEN debits_posted - credits_posted ELSE credits_posted - debits_posted END)::text AS balance_minor,
  opened_at
FROM ledger.account WHERE book = 'main';

-- key: journal_id
CREATE VIEW api.journals AS
SELECT j.journal_id, j.kind, to_char(j.business_date, 'YYYY-MM-DD') AS business_date, j.description, j.reverses, r.journal_id AS reversed_by,
  j.link_id, j.actor, j.posted_at
FROM ledger.journal j LEFT JOIN ledger.journal r ON r.reverses = j.journal_id
WHERE j.book = 'main';

-- key: journal_id, line_no
CREATE VIEW api.postings AS
SELECT p.journal_id, p.line_no, a.code AS account, p.side::text AS side, p.amount_minor::text AS amount_minor, p.currency::text AS currency,
  to_char(j.business_date, 'YYYY-MM-DD') AS business_date
FROM ledger.posting p JOIN ledger.journal j USING (journal_id) JOIN ledger.account a USING (account_id)
WHERE j.book = 'main';

-- key: transfer_id
CREATE VIEW api.transfers AS
SELECT t.transfer_id, t.state, d.code AS debit, c.code AS credit, t.amount_minor::text AS amount_minor, t.posted_minor::text AS posted_minor,
  d.currency::text AS currency, t.code, t.description, t.timeout_at, t.journal_id, t.actor, t.created_at, t.resolved_at
FROM ledger.transfer t JOIN ledger.account d ON d.account_id = t.debit_account JOIN ledger.account c ON c.account_id = t.credit_account
WHERE d.book = 'main';

-- key: state. Transfers of the last 90 days.
CREATE VIEW api.transfers_by_state AS
SELECT t.state, count(*)::int AS transfers
FROM ledger.transfer t JOIN ledger.account d ON d.account_id = t.debit_account
WHERE d.book = 'main' AND t.created_at > now() - interval '90 days' GROUP BY t.state;

-- key: account. Accounts with something on them; the balance stands on the side it is on.
CREATE VIEW api.trial_balance AS
SELECT a.code AS account, a.name, a.kind::text AS kind, a.currency::text AS currency, c.minor_unit AS digits,
  greatest(debits_posted - credits_posted, 0)::text AS debit_minor, greatest(credits_posted - debits_posted, 0)::text AS credit_minor
FROM ledger.account a JOIN ledger.currency c ON c.code = a.currency
WHERE a.book = 'main' AND debits_posted + credits_posted > 0;

-- key: account, journal_id, line_no. Lines of the last 20 journals, each on its side: few enough to look at, and in balance.
CREATE VIEW api.t_accounts AS
SELECT a.code AS account, a.name, j.journal_id, p.line_no, to_char(j.business_date, 'YYYY-MM-DD') AS business_date,
  CASE p.side WHEN 'D' THEN p.amount_minor::text END AS debit_minor, CASE p.side WHEN 'C' THEN p.amount_minor::text END AS credit_minor,
  p.currency::text AS currency, c.minor_unit AS digits, coalesce(j.description, j.kind) AS description
FROM (SELECT * FROM ledger.journal WHERE book = 'main' ORDER BY journal_id DESC LIMIT 20) AS j
JOIN ledger.posting p USING (journal_id) JOIN ledger.account a USING (account_id) JOIN ledger.currency c ON c.code = p.currency;

-- key: currency
CREATE VIEW api.trial_balance_totals AS
SELECT currency::text AS currency, sum(debits_posted)::text AS debits_minor, sum(credits_posted)::text AS credits_minor,
  (sum(debits_posted) - sum(credits_posted))::text AS difference_minor
FROM ledger.account WHERE book = 'main' GROUP BY currency;

-- key: currency, kind
CREATE VIEW api.balances_by_kind AS
SELECT currency::text AS currency, kind::text AS kind, count(*)::int AS accounts,
  sum(CASE WHEN kind IN ('A', 'X') THEN debits_posted - credits_posted ELSE credits_posted - debits_posted END)::text AS balance_minor
FROM ledger.account WHERE book = 'main' GROUP BY currency, kind;

-- key: day, currency. Business days of the last 90: what was posted and how much was moved.
CREATE VIEW api.turnover_by_day AS
SELECT to_char(j.business_date, 'YYYY-MM-DD') AS day, p.currency::text AS currency, count(DISTINCT p.journal_id)::int AS journals,
  sum(p.amount_minor)::text AS turnover_minor
FROM ledger.posting p JOIN ledger.journal j USING (journal_id)
WHERE j.book = 'main' AND p.side = 'D' AND j.business_date > current_date - 90
GROUP BY j.business_date, p.currency;

-- key: period. The fiscal year a month belongs to is named after the calendar year it begins in.
CREATE VIEW api.periods AS
SELECT m.period, extract(year FROM (m.period || '-01')::date
    - make_interval(months => left(f.start, 2)::int - 1, days => right(f.start, 2)::int - 1))::int AS fiscal_year,
  m.journals, c.period IS NOT NULL AS closed, c.closed_at, c.closed_by
FROM (
  SELECT coalesce(j.period, closed.period::text) AS period, coalesce(j.journals, 0)::int AS journals
  FROM (SELECT to_char(business_date, 'YYYY-MM') AS period, count(*) AS journals FROM ledger.journal WHERE book = 'main' GROUP BY 1) AS j
  FULL JOIN (SELECT period FROM ledger.closed_period WHERE book = 'main') AS closed ON closed.period = j.period
) AS m
CROSS JOIN (SELECT value #>> '{}' AS start FROM pack.param WHERE key = 'fiscal_year_start') AS f
LEFT JOIN ledger.closed_period c ON c.book = 'main' AND c.period = m.period;

-- key: seal_no
CREATE VIEW api.seals AS
SELECT s.seal_no, s.journals, encode(s.root, 'hex') AS root, encode(s.prev_root, 'hex') AS prev_root, s.sealed_at, s.sealed_by,
  c.holds, c.checked_at
FROM ledger.seal s LEFT JOIN ledger.seal_check c USING (seal_no);

-- key: payment_id
CREATE VIEW api.payments AS
SELECT p.payment_id, p.direction, p.status, p.reason, p.end_to_end_id, p.uetr, p.amount_minor::text AS amount_minor,
  p.currency::text AS currency, p.debtor_name, p.debtor_account, p.creditor_name, p.creditor_account, p.remittance, m.msg_id,
  p.transfer_id, p.repaired, p.received_at, p.settled_at
FROM iso.payment p JOIN iso.message m USING (message_id)
WHERE p.book = 'main';

-- key: message_id
CREATE VIEW api.messages AS
SELECT message_id, direction, definition, msg_id, encode(sha256, 'hex') AS sha256, actor, at FROM iso.message WHERE book = 'main';

/* {account, from?, until?, limit?}: opening and closing balance and what lies between, by business day. */
CREATE FUNCTION api.account_statement(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account ledger.account := ledger.need_account(p, 'account');
  v_from date := ledger.opt_date(p, 'from', date_trunc('month', current_date)::date);
  v_until date := ledger.opt_date(p, 'until', greatest(v_from, current_date));
  v_limit int := pack.opt_int(p, 'limit', 200, 1, 1000);
  v_debit_normal boolean := v_account.kind IN ('A', 'X');
  v_opening numeric;
  v_closing numeric;
  v_entries jsonb;
BEGIN
  IF v_until < v_from THEN
    PERFORM pack.fail_field('until', 'a day that is not before from');
  END IF;
  WITH line AS (
    SELECT j.business_date, p.journal_id, p.line_no, p.side, p.amount_minor, j.kind, j.description,
      CASE WHEN (p.side = 'D') = v_debit_normal THEN p.amount_minor ELSE -p.amount_minor END AS delta
    FROM ledger.posting p JOIN ledger.journal j USING (journal_id)
    WHERE p.account_id = v_account.account_id AND j.business_date <= v_until
  ), running AS (
    SELECT line.*, sum(delta) OVER (ORDER BY business_date, journal_id, line_no) AS balance FROM line
  ), shown AS (
    SELECT * FROM running WHERE business_date >= v_from ORDER BY business_date, journal_id, line_no LIMIT v_limit
  )
  SELECT (SELECT coalesce(sum(delta), 0) FROM line WHERE business_date < v_from), (SELECT coalesce(sum(delta), 0) FROM line),
    (SELECT coalesce(jsonb_agg(jsonb_build_object('businessDate', business_date, 'journalId', journal_id, 'side', side,
       'amountMinor', amount_minor::text, 'balanceMinor', balance::text, 'kind', kind, 'description', description)
       ORDER BY business_date, journal_id, line_no), '[]') FROM shown)
  INTO v_opening, v_closing, v_entries;
  RETURN ledger.account_summary(v_account.account_id) || jsonb_build_object('from', v_from, 'until', v_until,
    'openingMinor', v_opening::text, 'closingMinor', v_closing::text, 'entries', v_entries);
END $$;
SELECT pack.declare_function('account_statement', false);

/* {}: what self-tests left pending is given back. Their journals stay, in a book of their own. */
CREATE FUNCTION api.smoke_cleanup(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_open uuid[];
BEGIN
  SELECT coalesce(array_agg(transfer_id), '{}') INTO v_open FROM (
    SELECT t.transfer_id FROM ledger.transfer t JOIN ledger.account a ON a.account_id = t.debit_account
    WHERE t.state = 'pending' AND a.book = 'smoke'
      AND NOT EXISTS (SELECT FROM iso.payment WHERE transfer_id = t.transfer_id)
    ORDER BY t.transfer_id FOR NO KEY UPDATE OF t) AS open;
  PERFORM ledger.give_back(v_open, 'voided');
  RETURN jsonb_build_object('transfersVoided', cardinality(v_open));
END $$;
SELECT pack.declare_function('smoke_cleanup', true, true);

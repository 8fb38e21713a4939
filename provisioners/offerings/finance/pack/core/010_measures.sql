-- What must always hold, and how the books are doing. Rules hold for both books; figures are of the main one.

CREATE VIEW ledger.invariants AS
SELECT 'trial_balance_is_zero' AS rule, count(*) AS violations
FROM (SELECT FROM ledger.account GROUP BY book, currency HAVING sum(debits_posted) <> sum(credits_posted)) AS off
UNION ALL
SELECT 'balances_match_postings', count(*)
FROM ledger.account a
FULL JOIN (
  SELECT account_id, sum(amount_minor) FILTER (WHERE side = 'D') AS debits, sum(amount_minor) FILTER (WHERE side = 'C') AS credits
  FROM ledger.posting GROUP BY account_id) AS p USING (account_id)
WHERE (a.debits_posted, a.credits_posted) IS DISTINCT FROM (coalesce(p.debits, 0), coalesce(p.credits, 0))
UNION ALL
SELECT 'pending_matches_transfers', count(*)
FROM ledger.account a
LEFT JOIN (SELECT debit_account AS account_id, sum(amount_minor) AS held FROM ledger.transfer WHERE state = 'pending' GROUP BY 1) AS d USING (account_id)
LEFT JOIN (SELECT credit_account AS account_id, sum(amount_minor) AS held FROM ledger.transfer WHERE state = 'pending' GROUP BY 1) AS c USING (account_id)
WHERE (a.debits_pending, a.credits_pending) <> (coalesce(d.held, 0), coalesce(c.held, 0))
UNION ALL
SELECT 'journals_balance', count(*)
FROM (
  SELECT FROM ledger.journal j LEFT JOIN ledger.posting p USING (journal_id)
  GROUP BY j.journal_id, p.currency HAVING sum(CASE p.side WHEN 'D' THEN p.amount_minor ELSE -p.amount_minor END) IS DISTINCT FROM 0) AS off
UNION ALL
-- What a transfer says was posted is what its journal moved between its accounts.
SELECT 'transfers_match_journals', count(*)
FROM ledger.transfer t
WHERE t.state = 'posted' AND (
  SELECT array_agg(ROW(p.account_id, p.side, p.amount_minor) ORDER BY p.line_no) FROM ledger.posting p WHERE p.journal_id = t.journal_id)
  IS DISTINCT FROM ARRAY[ROW(t.debit_account, 'D'::char(1), t.posted_minor), ROW(t.credit_account, 'C'::char(1), t.posted_minor)]
UNION ALL
SELECT 'reversals_mirror', count(*)
FROM ledger.journal r
WHERE r.reverses IS NOT NULL AND EXISTS (
  SELECT FROM (SELECT line_no, account_id, side, amount_minor, currency FROM ledger.posting WHERE journal_id = r.reverses) AS o
  FULL JOIN (SELECT line_no, account_id, side, amount_minor, currency FROM ledger.posting WHERE journal_id = r.journal_id) AS m USING (line_no)
  WHERE (o.account_id, o.amount_minor, o.currency) IS DISTINCT FROM (m.account_id, m.amount_minor, m.currency) OR o.side IS NOT DISTINCT FROM m.side)
UNION ALL
SELECT 'closed_periods_hold', count(*)
FROM ledger.journal j JOIN ledger.closed_period c ON c.book = j.book AND c.period = to_char(j.business_date, 'YYYY-MM')
WHERE j.posted_at > c.closed_at
UNION ALL
SELECT 'payments_match_transfers', count(*)
FROM iso.payment p LEFT JOIN ledger.transfer t USING (transfer_id)
WHERE CASE p.status
  WHEN 'ACSC' THEN t.state IS DISTINCT FROM 'posted' OR t.posted_minor <> p.amount_minor
  WHEN 'ACSP' THEN t.state IS DISTINCT FROM 'pending' OR t.amount_minor <> p.amount_minor
  ELSE t.state = 'posted' OR t.state = 'pending' END
UNION ALL
-- Each seal stands on the one before; every journal is sealed or waits to be, never both.
SELECT 'seals_chain', count(*)
FROM (SELECT seal_no, journals, prev_root, lag(root, 1, decode(repeat('00', 32), 'hex')) OVER (ORDER BY seal_no) AS before,
    row_number() OVER (ORDER BY seal_no) AS position FROM ledger.seal) AS s
LEFT JOIN (SELECT seal_no, count(*) AS journals FROM ledger.sealed GROUP BY seal_no) AS m USING (seal_no)
WHERE s.prev_root <> s.before OR s.seal_no <> s.position OR s.journals IS DISTINCT FROM m.journals
UNION ALL
SELECT 'journals_are_sealed_once', count(*)
FROM ledger.journal j LEFT JOIN ledger.sealed s USING (journal_id) LEFT JOIN ledger.unsealed u USING (journal_id)
WHERE (s.journal_id IS NULL) = (u.journal_id IS NULL);

SELECT pack.add_view_part('invariants', 'ledger.invariants');

CREATE VIEW ledger.kpis AS
WITH base AS (
  SELECT value #>> '{}' AS currency FROM pack.param WHERE key = 'base_currency'
), pending AS ( -- in the base currency: sums over several currencies mean nothing
  SELECT coalesce(sum(t.amount_minor) FILTER (WHERE a.currency = base.currency), 0) AS total, min(t.created_at) AS oldest
  FROM ledger.transfer t JOIN ledger.account a ON a.account_id = t.debit_account CROSS JOIN base
  WHERE t.state = 'pending' AND a.book = 'main'
), refused AS (
  SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS times FROM ledger.limit_reject_seq
), asked AS (
  SELECT count(*) AS times FROM ledger.transfer t JOIN ledger.account a ON a.account_id = t.debit_account WHERE a.book = 'main'
), month AS (
  SELECT status, repaired, settled_at - received_at AS took FROM iso.payment
  WHERE book = 'main' AND received_at > now() - interval '30 days'
)
SELECT 'postings_per_second' AS name, (
    SELECT count(*) / 300.0 FROM ledger.journal j JOIN ledger.posting p USING (journal_id)
    WHERE j.book = 'main' AND j.posted_at > now() - interval '5 minutes')::double precision AS value, '1/s' AS unit
UNION ALL SELECT 'journals_total', (SELECT count(*) FROM ledger.journal WHERE book = 'main'), '1'
UNION ALL SELECT 'trial_balance_difference_minor', (SELECT coalesce(sum(abs(off)), 0) FROM (
    SELECT sum(debits_posted) - sum(credits_posted) AS off FROM ledger.account WHERE book = 'main' GROUP BY currency) AS t), 'minor'
UNION ALL SELECT 'pending_total_minor', total, 'minor' FROM pending
UNION ALL SELECT 'pending_oldest_hours', coalesce(extract(epoch FROM now() - oldest) / 3600, 0), 'h' FROM pending
UNION ALL SELECT 'limit_rejects_percent', 100.0 * refused.times / nullif(refused.times + asked.times, 0), '%' FROM refused, asked
UNION ALL SELECT 'straight_through_percent',
  100.0 * count(*) FILTER (WHERE NOT repaired AND status <> 'PDNG') / nullif(count(*), 0), '%' FROM month
UNION ALL SELECT 'settled_p95_ms',
  1000 * extract(epoch FROM percentile_cont(0.95) WITHIN GROUP (ORDER BY took)), 'ms' FROM month WHERE status = 'ACSC'
UNION ALL SELECT 'unreconciled_items', (SELECT count(*) FROM iso.payment WHERE book = 'main' AND status IN ('RCVD', 'PDNG', 'ACSP')), '1'
UNION ALL SELECT 'unsealed_journals', (SELECT count(*) FROM ledger.unsealed), '1'
UNION ALL SELECT 'seals_verified_percent', (SELECT 100.0 * count(*) FILTER (WHERE holds) / nullif(count(*), 0) FROM ledger.seal_check), '%'
UNION ALL SELECT 'close_days', ( -- how long after its end the last closed month was closed
    SELECT extract(epoch FROM closed_at - ((period || '-01')::date + interval '1 month')) / 86400
    FROM ledger.closed_period WHERE book = 'main' ORDER BY period DESC LIMIT 1), 'd';

SELECT pack.add_view_part('kpis', 'ledger.kpis');

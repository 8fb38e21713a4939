-- Journals: posted, reversed, linked; and months that close.

/* p.lines, checked: accounts by their code, amounts above 0, the currency of the account unless another is named. */
CREATE FUNCTION ledger.lines_of(p jsonb) RETURNS ledger.line[] LANGUAGE plpgsql AS $$
DECLARE
  v_lines ledger.line[] := '{}';
  v_given jsonb;
  v_account ledger.account;
BEGIN
  IF jsonb_typeof(p -> 'lines') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'lines') NOT BETWEEN 1 AND 500 THEN
    PERFORM pack.fail_field('lines', '1 to 500 lines');
  END IF;
  FOR v_given IN SELECT line FROM jsonb_array_elements(p -> 'lines') AS line LOOP
    v_account := ledger.need_account(v_given, 'account');
    IF coalesce(v_given ->> 'side', '') NOT IN ('D', 'C') THEN
      PERFORM pack.fail_field('side', 'D or C');
    END IF;
    v_lines := v_lines || ROW(v_account.account_id, v_given ->> 'side', ledger.need_amount(v_given, 'amountMinor'),
      ledger.need_currency(v_given, 'currency', v_account.currency))::ledger.line;
  END LOOP;
  RETURN v_lines;
END $$;

CREATE FUNCTION ledger.book_of(p_lines ledger.line[]) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT book FROM ledger.account WHERE account_id = p_lines[1].account_id
$$;

/* Asks for every currency whether a second person must agree. */
CREATE FUNCTION ledger.control_lines(p_function text, p_book text, p_lines ledger.line[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_sum record;
BEGIN
  FOR v_sum IN SELECT currency, sum(amount_minor)::bigint AS amount FROM unnest(p_lines) WHERE side = 'D' GROUP BY currency LOOP
    PERFORM ledger.control(p_function, p_book, v_sum.currency, v_sum.amount);
  END LOOP;
END $$;

CREATE FUNCTION ledger.journal_summary(p_journal uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('journalId', journal_id, 'kind', kind, 'businessDate', business_date, 'postedAt', posted_at,
    'lines', (SELECT count(*) FROM ledger.posting p WHERE p.journal_id = j.journal_id))
    || jsonb_strip_nulls(jsonb_build_object('reverses', reverses, 'linkId', link_id))
  FROM ledger.journal j WHERE journal_id = p_journal
$$;

/* {lines: [{account, side, amountMinor, currency?}], kind?, businessDate?, description?}: all or nothing, balanced in every currency. */
CREATE FUNCTION api.post_journal(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_lines ledger.line[] := ledger.lines_of(p);
  v_book text := ledger.book_of(v_lines);
  v_journal uuid;
BEGIN
  PERFORM ledger.control_lines('post_journal', v_book, v_lines);
  v_journal := ledger.post(v_book, pack.opt_text(p, 'kind', 'manual', 40), v_lines,
    ledger.opt_date(p, 'businessDate', current_date), pack.opt_text(p, 'description', NULL, 500));
  RETURN ledger.journal_summary(v_journal);
END $$;
SELECT pack.declare_function('post_journal', true);

/* {journalId, businessDate?, description?}: the same lines with sides changed, once. */
CREATE FUNCTION api.reverse_journal(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := pack.need_uuid(p, 'journalId');
  v_journal ledger.journal;
  v_reversal uuid;
  v_lines ledger.line[];
BEGIN
  SELECT * INTO v_journal FROM ledger.journal WHERE journal_id = v_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM ledger.fail_missing('journal', v_id::text);
  END IF;
  SELECT journal_id INTO v_reversal FROM ledger.journal WHERE reverses = v_id;
  IF FOUND THEN
    PERFORM pack.fail('ICF18', 'the journal is reversed already', jsonb_build_object('journalId', v_id, 'reversedBy', v_reversal));
  END IF;
  SELECT array_agg(ROW(account_id, CASE side WHEN 'D' THEN 'C' ELSE 'D' END, amount_minor, currency)::ledger.line ORDER BY line_no)
    INTO v_lines FROM ledger.posting WHERE journal_id = v_id;
  PERFORM ledger.control_lines('reverse_journal', v_journal.book, v_lines);
  v_reversal := ledger.post(v_journal.book, 'reversal', v_lines, ledger.opt_date(p, 'businessDate', current_date),
    pack.opt_text(p, 'description', NULL, 500), v_id, v_journal.link_id);
  RETURN ledger.journal_summary(v_reversal);
END $$;
SELECT pack.declare_function('reverse_journal', true);

-- ── Exchange ───────────────────────────────────────────────────────────────────────────────────────────────────────

/* The account that holds what was bought and sold of a currency; opened when it is first needed. */
CREATE FUNCTION ledger.liquidity_account(p_book text, p_currency text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_code text := CASE p_book WHEN 'smoke' THEN 'SMOKE-' ELSE '' END || 'FX-' || p_currency;
  v_id bigint;
BEGIN
  INSERT INTO ledger.account (code, name, book, kind, currency)
  VALUES (v_code, 'Exchange position ' || p_currency, p_book, 'A', p_currency)
  ON CONFLICT DO NOTHING;
  SELECT account_id INTO v_id FROM ledger.account WHERE code = v_code AND book = p_book AND currency = p_currency;
  IF NOT FOUND THEN
    PERFORM ledger.fail_taken('account', v_code);
  END IF;
  RETURN v_id;
END $$;

/* Debits p_from, credits p_to in another currency: two journals with one link, through the exchange positions. Each balances
   by itself, so no rounding is lost. */
CREATE FUNCTION ledger.exchange(p_from ledger.account, p_to ledger.account, p_from_minor bigint, p_to_minor bigint,
  p_date date, p_description text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_link uuid := uuidv7();
  v_sold bigint;
  v_bought bigint;
  v_journals uuid[];
BEGIN
  IF p_from.currency = p_to.currency THEN
    PERFORM ledger.fail_account(p_to.code, 'currency');
  ELSIF p_from.book <> p_to.book THEN
    PERFORM ledger.fail_account(p_to.code, 'book');
  END IF;
  v_sold := ledger.liquidity_account(p_from.book, p_from.currency);
  v_bought := ledger.liquidity_account(p_from.book, p_to.currency);
  -- Both journals together lock four accounts: in ascending order, before either is written.
  PERFORM 1 FROM ledger.account WHERE account_id = ANY (ARRAY[p_from.account_id, v_sold, v_bought, p_to.account_id])
  ORDER BY account_id FOR NO KEY UPDATE;
  v_journals := ARRAY[
    ledger.post(p_from.book, 'exchange', ledger.pair(p_from.account_id, v_sold, p_from_minor, p_from.currency), p_date, p_description, NULL, v_link),
    ledger.post(p_from.book, 'exchange', ledger.pair(v_bought, p_to.account_id, p_to_minor, p_to.currency), p_date, p_description, NULL, v_link)];
  RETURN jsonb_build_object('linkId', v_link, 'journals', to_jsonb(v_journals), 'from', p_from.code, 'fromMinor', p_from_minor::text,
    'fromCurrency', p_from.currency, 'to', p_to.code, 'toMinor', p_to_minor::text, 'toCurrency', p_to.currency);
END $$;

/* {from, to, fromMinor, toMinor, businessDate?, description?}: at the amounts that were agreed. */
CREATE FUNCTION api.exchange(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_from ledger.account := ledger.need_account(p, 'from');
  v_amount bigint := ledger.need_amount(p, 'fromMinor');
BEGIN
  PERFORM ledger.control('exchange', v_from.book, v_from.currency, v_amount);
  RETURN ledger.exchange(v_from, ledger.need_account(p, 'to'), v_amount, ledger.need_amount(p, 'toMinor'),
    ledger.opt_date(p, 'businessDate', current_date), pack.opt_text(p, 'description', NULL, 500));
END $$;
SELECT pack.declare_function('exchange', true);

-- ── Periods ────────────────────────────────────────────────────────────────────────────────────────────────────────

/* {period, book?}: a month that is over takes no more journals. Months close in order. Once more answers as before. */
CREATE FUNCTION api.close_period(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_period text := pack.need_text(p, 'period', 7);
  v_book text := pack.opt_text(p, 'book', 'main', 5);
  v_earlier text;
  v_first date;
BEGIN
  IF v_period !~ '^[0-9]{4}-(0[1-9]|1[0-2])$' OR v_period < '0001' THEN
    PERFORM pack.fail_field('period', 'a month such as 2026-10');
  END IF;
  IF v_book NOT IN ('main', 'smoke') THEN
    PERFORM pack.fail_field('book', 'main or smoke');
  END IF;
  v_first := (v_period || '-01')::date;
  PERFORM pg_advisory_xact_lock(ledger.period_lock(v_book, v_period));
  IF v_first + interval '1 month' > current_date THEN
    PERFORM pack.fail('ICF19', format('%s is not over', v_period), jsonb_build_object('period', v_period, 'reason', 'not_over'));
  END IF;
  SELECT to_char(min(j.business_date), 'YYYY-MM') INTO v_earlier FROM ledger.journal j
  WHERE j.book = v_book AND j.business_date < v_first
    AND NOT EXISTS (SELECT FROM ledger.closed_period c WHERE c.book = v_book AND c.period = to_char(j.business_date, 'YYYY-MM'));
  IF v_earlier IS NOT NULL THEN
    PERFORM pack.fail('ICF19', format('%s is still open', v_earlier),
      jsonb_build_object('period', v_period, 'reason', 'earlier_open', 'earlier', v_earlier));
  END IF;
  INSERT INTO ledger.closed_period (book, period, closed_by) VALUES (v_book, v_period, ledger.actor()) ON CONFLICT DO NOTHING;
  RETURN (SELECT jsonb_build_object('period', period, 'closedAt', closed_at, 'closedBy', closed_by)
    FROM ledger.closed_period WHERE book = v_book AND period = v_period);
END $$;
SELECT pack.declare_function('close_period', true);

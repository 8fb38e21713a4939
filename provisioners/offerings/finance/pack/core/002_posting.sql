-- How the books are written: one account, one journal, one limit at a time.

CREATE FUNCTION ledger.actor() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('app.caller', true), ''), session_user::text)
$$;

CREATE FUNCTION ledger.fail_missing(p_kind text, p_id text) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICF12', format('no such %s', p_kind), jsonb_build_object('kind', p_kind, 'id', p_id))
$$;

CREATE FUNCTION ledger.fail_taken(p_kind text, p_id text) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICF14', format('the %s exists already', p_kind), jsonb_build_object('kind', p_kind, 'id', p_id))
$$;

CREATE FUNCTION ledger.fail_account(p_code text, p_reason text) RETURNS void LANGUAGE sql AS $$
  SELECT pack.fail('ICF04', format('account %s: %s', p_code, p_reason), jsonb_build_object('account', p_code, 'reason', p_reason))
$$;

/* Money that moves: more than nothing. */
CREATE FUNCTION ledger.need_amount(p jsonb, field text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_amount bigint := pack.need_minor(p, field);
BEGIN
  IF v_amount = 0 THEN
    PERFORM pack.fail_field(field, 'more than 0');
  END IF;
  RETURN v_amount;
END $$;

CREATE FUNCTION ledger.need_currency(p jsonb, field text, fallback text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_code text := CASE WHEN fallback IS NULL THEN pack.need_text(p, field, 3) ELSE pack.opt_text(p, field, fallback, 3) END;
BEGIN
  IF NOT EXISTS (SELECT FROM ledger.currency WHERE code = v_code) THEN
    PERFORM pack.fail_field(field, 'an ISO 4217 code this ledger keeps');
  END IF;
  RETURN v_code;
END $$;

CREATE FUNCTION ledger.opt_date(p jsonb, field text, fallback date) RETURNS date LANGUAGE plpgsql AS $$
BEGIN
  IF p ->> field IS NULL THEN
    RETURN fallback;
  END IF;
  IF p ->> field ~ '^\d{4}-\d\d-\d\d$' AND pg_input_is_valid(p ->> field, 'date') THEN
    RETURN (p ->> field)::date;
  END IF;
  PERFORM pack.fail_field(field, 'a date such as 2026-11-22');
END $$;

/* The account with the code in p.<field>. ICF12 when there is none. */
CREATE FUNCTION ledger.need_account(p jsonb, field text) RETURNS ledger.account LANGUAGE plpgsql AS $$
DECLARE
  v_code text := pack.need_text(p, field, 64);
  v_account ledger.account;
BEGIN
  SELECT * INTO v_account FROM ledger.account WHERE code = v_code;
  IF NOT FOUND THEN
    PERFORM ledger.fail_missing('account', v_code);
  END IF;
  RETURN v_account;
END $$;

/* Changes the counters of one account within its limits. ICF11 when a limit says no. */
CREATE FUNCTION ledger.move(p_account bigint, p_debits bigint, p_credits bigint,
  p_debits_pending bigint DEFAULT 0, p_credits_pending bigint DEFAULT 0) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_account ledger.account;
  v_room bigint;
BEGIN
  UPDATE ledger.account SET
    debits_posted = debits_posted + p_debits, credits_posted = credits_posted + p_credits,
    debits_pending = debits_pending + p_debits_pending, credits_pending = credits_pending + p_credits_pending
  WHERE account_id = p_account
    AND (NOT 'debits_must_not_exceed_credits' = ANY (flags)
      OR debits_posted + p_debits + debits_pending + p_debits_pending <= credits_posted + p_credits)
    AND (NOT 'credits_must_not_exceed_debits' = ANY (flags)
      OR credits_posted + p_credits + credits_pending + p_credits_pending <= debits_posted + p_debits);
  IF FOUND THEN
    RETURN;
  END IF;
  SELECT * INTO v_account FROM ledger.account WHERE account_id = p_account;
  v_room := CASE WHEN 'debits_must_not_exceed_credits' = ANY (v_account.flags)
    THEN v_account.credits_posted - v_account.debits_posted - v_account.debits_pending
    ELSE v_account.debits_posted - v_account.credits_posted - v_account.credits_pending END;
  PERFORM nextval('ledger.limit_reject_seq') WHERE v_account.book = 'main';
  PERFORM pack.fail('ICF11', format('over the limit of account %s', v_account.code), jsonb_build_object(
    'account', v_account.code, 'availableMinor', v_room::text,
    'askedMinor', (p_debits + p_credits + greatest(p_debits_pending, 0) + greatest(p_credits_pending, 0))::text));
END $$;

CREATE TYPE ledger.line AS (account_id bigint, side char(1), amount_minor bigint, currency char(3));

/* Writes a journal: counters of its accounts in ascending order, then the lines. What does not fit is refused at commit. */
CREATE FUNCTION ledger.post(p_book text, p_kind text, p_lines ledger.line[], p_date date, p_description text DEFAULT NULL,
  p_reverses uuid DEFAULT NULL, p_link uuid DEFAULT NULL) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_journal uuid;
  v_sum record;
BEGIN
  FOR v_sum IN
    SELECT account_id, coalesce(sum(amount_minor) FILTER (WHERE side = 'D'), 0)::bigint AS debits,
      coalesce(sum(amount_minor) FILTER (WHERE side = 'C'), 0)::bigint AS credits
    FROM unnest(p_lines) GROUP BY account_id ORDER BY account_id
  LOOP
    PERFORM ledger.move(v_sum.account_id, v_sum.debits, v_sum.credits);
  END LOOP;
  INSERT INTO ledger.journal (book, kind, business_date, description, reverses, link_id, actor)
  VALUES (p_book, p_kind, p_date, p_description, p_reverses, p_link, ledger.actor())
  RETURNING journal_id INTO v_journal;
  INSERT INTO ledger.posting (journal_id, line_no, account_id, side, amount_minor, currency)
  SELECT v_journal, line_no, account_id, side, amount_minor, currency
  FROM unnest(p_lines) WITH ORDINALITY AS line (account_id, side, amount_minor, currency, line_no);
  RETURN v_journal;
END $$;

/* Debit one account, credit another. */
CREATE FUNCTION ledger.pair(p_debit bigint, p_credit bigint, p_amount bigint, p_currency text) RETURNS ledger.line[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY[ROW(p_debit, 'D', p_amount, p_currency)::ledger.line, ROW(p_credit, 'C', p_amount, p_currency)::ledger.line]
$$;

-- What the module dual-control fills in. Without it nothing needs a second person.
/* Whether the caller may move this much by p_function at once; ICF15 when a second person must agree. */
CREATE FUNCTION ledger.control(p_function text, p_book text, p_currency text, p_amount bigint) RETURNS void LANGUAGE sql AS $$
  SELECT
$$;

-- What the module fx fills in. Without it no rate is known.
/* Units of the base currency for one unit of p_currency, now; NULL when no rate is known. */
CREATE FUNCTION ledger.rate_to_base(p_currency text) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT NULL::numeric
$$;

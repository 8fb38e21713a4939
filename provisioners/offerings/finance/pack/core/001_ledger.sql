-- The books: accounts, journals, postings, transfers, periods.
--
-- Errors of this pack (DETAIL is a JSON object of facts; HTTP statuses and titles are in ../api.ts):
--   ICF01 what is written stays                   {table}
--   ICF02 a journal has two lines at least        {journalId, lines}
--   ICF03 debits and credits differ               {journalId, currency, debitMinor, creditMinor}
--   ICF04 the account cannot take this            {account, reason: currency | closed | book | not_empty | unknown, …}
--   ICF05 the period is closed                    {period, businessDate}
--   ICF06 the journal takes no more lines         {journalId}
--   ICF07 key or id used for another request      {key | transferId, …}
--   ICF08 the transfer is resolved already        {transferId, state}
--   ICF09 the transfer has run out                {transferId, timeoutAt}
--   ICF10 more than was reserved                  {transferId, pendingMinor, askedMinor}
--   ICF11 over the limit of the account           {account, availableMinor, askedMinor}
--   ICF12 not found                               {kind, id}
--   ICF13 invalid value                           {field, expected}
--   ICF14 already exists                          {kind, id}
--   ICF15 needs a second person                   {function, limitMinor, amountMinor, currency}   (module dual-control)
--   ICF16 proposer and approver are one           {proposalId}                                    (module dual-control)
--   ICF17 the proposal is decided                 {proposalId, state}                             (module dual-control)
--   ICF18 the journal is reversed already         {journalId, reversedBy}
--   ICF19 the period cannot close yet             {period, reason: not_over | earlier_open, …}
--   ICF20 the message cannot be read              {reason, …}
--   ICF21 the message was received before         {msgId, messageId, receivedAt}
--   ICF22 no rate                                 {from, to}                                      (module fx)
--   ICF23 the payment cannot take this step       {paymentId | transferId, status}
--
-- Money is bigint minor units with an ISO 4217 code beside it. Every account, journal and period belongs to a book: `main`,
-- or `smoke`, which is the self-test's and counts in no figure. No journal spans two books.
--
-- Order of locks, everywhere: the payment, the transfer, then accounts in ascending order of their id.

CREATE SCHEMA ledger;

SELECT pack.default_params('{
  "idempotency_error": "ICF07",
  "body_error": "ICF13",
  "base_currency": "CNY",
  "chart": "cas-cn",
  "fiscal_year_start": "01-01",
  "seal_interval_s": 3600,
  "pending_timeout_s": 86400,
  "dual_control_limit_minor": "10000000",
  "payment_schemes": ["cnaps"],
  "institution_bic": "",
  "data_residency": "CN"
}');

CREATE TABLE ledger.currency (
  code char(3) PRIMARY KEY,
  minor_unit smallint NOT NULL CHECK (minor_unit BETWEEN 0 AND 4)
);
INSERT INTO ledger.currency (code, minor_unit)
SELECT code, 2 FROM unnest('{AED,AUD,BRL,CAD,CHF,CNY,CZK,DKK,EUR,GBP,HKD,IDR,ILS,INR,MOP,MXN,MYR,NOK,NZD,PHP,PLN,RUB,SAR,SEK,SGD,THB,TRY,TWD,USD,ZAR}'::text[]) AS code
UNION ALL SELECT code, 0 FROM unnest('{CLP,JPY,KRW,VND}'::text[]) AS code
UNION ALL SELECT code, 3 FROM unnest('{BHD,JOD,KWD,OMR,TND}'::text[]) AS code
UNION ALL SELECT 'CLF', 4;

/* ISO 13616: the check digits, by mod 97 over the rearranged number. */
CREATE FUNCTION ledger.iban_is_valid(iban text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'
    AND (SELECT string_agg(CASE WHEN c ~ '[0-9]' THEN c ELSE (ascii(c) - 55)::text END, '' ORDER BY i)::numeric % 97 = 1
         FROM unnest(string_to_array(substr(iban, 5) || left(iban, 4), NULL)) WITH ORDINALITY AS t (c, i))
$$;

-- Balances stand beside the account, so that a limit is a check of one row and holds under any race.
CREATE TABLE ledger.account (
  account_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE CHECK (length(code) <= 34), -- as long as ISO 20022 lets an account id be
  name text NOT NULL,
  book text NOT NULL DEFAULT 'main' CHECK (book IN ('main', 'smoke')),
  kind char(1) NOT NULL CHECK (kind IN ('A', 'L', 'Q', 'I', 'X')), -- asset, liability, equity, income, expense
  currency char(3) NOT NULL REFERENCES ledger.currency,
  iban text UNIQUE CHECK (ledger.iban_is_valid(iban)),
  party_ref text,
  flags text[] NOT NULL DEFAULT '{}'
    CHECK (flags <@ ARRAY['debits_must_not_exceed_credits', 'credits_must_not_exceed_debits', 'closed']),
  debits_posted bigint NOT NULL DEFAULT 0 CHECK (debits_posted >= 0),
  credits_posted bigint NOT NULL DEFAULT 0 CHECK (credits_posted >= 0),
  debits_pending bigint NOT NULL DEFAULT 0 CHECK (debits_pending >= 0),
  credits_pending bigint NOT NULL DEFAULT 0 CHECK (credits_pending >= 0),
  opened_at timestamptz NOT NULL DEFAULT now(),
  CHECK (NOT 'debits_must_not_exceed_credits' = ANY (flags) OR debits_posted + debits_pending <= credits_posted),
  CHECK (NOT 'credits_must_not_exceed_debits' = ANY (flags) OR credits_posted + credits_pending <= debits_posted)
) WITH (fillfactor = 50); -- room for updates in place: nothing but counters changes

-- A month of a book that takes no more journals.
CREATE TABLE ledger.closed_period (
  book text NOT NULL,
  period char(7) NOT NULL CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  closed_by text NOT NULL,
  PRIMARY KEY (book, period)
);

CREATE TABLE ledger.journal (
  journal_id uuid PRIMARY KEY DEFAULT uuidv7(),
  book text NOT NULL,
  kind text NOT NULL,
  business_date date NOT NULL,
  description text,
  reverses uuid UNIQUE REFERENCES ledger.journal,
  link_id uuid, -- journals that belong together, such as the two sides of an exchange
  actor text NOT NULL,
  posted_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
  posted_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX journal_by_date ON ledger.journal (business_date);
CREATE INDEX journal_by_time ON ledger.journal (posted_at);
CREATE INDEX journal_by_link ON ledger.journal (link_id) WHERE link_id IS NOT NULL;

CREATE TABLE ledger.posting (
  journal_id uuid NOT NULL REFERENCES ledger.journal,
  line_no smallint NOT NULL,
  account_id bigint NOT NULL, -- no foreign key: it would lock the hot row a second time; the check at commit looks the account up
  side char(1) NOT NULL CHECK (side IN ('D', 'C')),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency char(3) NOT NULL,
  PRIMARY KEY (journal_id, line_no)
);
CREATE INDEX posting_by_account ON ledger.posting (account_id, journal_id);

-- pending: reserved · posted: moved, in whole or in part · voided, expired: given back. Resolved once.
CREATE TABLE ledger.transfer (
  transfer_id uuid PRIMARY KEY,
  debit_account bigint NOT NULL,
  credit_account bigint NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  code int NOT NULL DEFAULT 1,
  description text,
  state text NOT NULL CHECK (state IN ('pending', 'posted', 'voided', 'expired')),
  posted_minor bigint CHECK (posted_minor BETWEEN 1 AND amount_minor),
  timeout_at timestamptz,
  journal_id uuid UNIQUE REFERENCES ledger.journal,
  for_payment boolean NOT NULL DEFAULT false, -- resolved with its payment, never by itself
  actor text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  CHECK (debit_account <> credit_account),
  CHECK ((state = 'posted') = (journal_id IS NOT NULL AND posted_minor IS NOT NULL)),
  CHECK ((state = 'pending') = (resolved_at IS NULL))
);
CREATE INDEX transfer_to_expire ON ledger.transfer (timeout_at) WHERE state = 'pending';
CREATE INDEX transfer_pending_debit ON ledger.transfer (debit_account) INCLUDE (amount_minor) WHERE state = 'pending';
CREATE INDEX transfer_pending_credit ON ledger.transfer (credit_account) INCLUDE (amount_minor) WHERE state = 'pending';

-- Transfers refused by a limit. A refusal rolls back, a sequence does not: the only counter that survives it.
CREATE SEQUENCE ledger.limit_reject_seq;

-- ── What is written stays ──────────────────────────────────────────────────────────────────────────────────────────

CREATE FUNCTION ledger.deny_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pack.fail('ICF01', format('%I.%I is append-only: post a reversal', TG_TABLE_SCHEMA, TG_TABLE_NAME),
    jsonb_build_object('table', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME));
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.journal
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.posting
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.closed_period
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger.account
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON ledger.transfer
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();

/* Once resolved, always resolved; who, whom and how much never change. Holds for every writer. */
CREATE FUNCTION ledger.guard_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'pending' THEN
    PERFORM pack.fail('ICF08', format('the transfer is %s already', OLD.state),
      jsonb_build_object('transferId', OLD.transfer_id, 'state', OLD.state));
  END IF;
  IF (OLD.debit_account, OLD.credit_account, OLD.amount_minor) <> (NEW.debit_account, NEW.credit_account, NEW.amount_minor) THEN
    PERFORM pack.fail('ICF01', 'a transfer is resolved, not changed', jsonb_build_object('table', 'ledger.transfer'));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_transfer BEFORE UPDATE ON ledger.transfer FOR EACH ROW EXECUTE FUNCTION ledger.guard_transfer();

/* A line comes in the transaction of its journal or not at all. */
CREATE FUNCTION ledger.guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_late uuid;
BEGIN
  SELECT line.journal_id INTO v_late FROM new_lines line JOIN ledger.journal j USING (journal_id)
  WHERE j.posted_in <> pg_current_xact_id() LIMIT 1;
  IF FOUND THEN
    PERFORM pack.fail('ICF06', 'the journal takes no more lines', jsonb_build_object('journalId', v_late));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_lines AFTER INSERT ON ledger.posting REFERENCING NEW TABLE AS new_lines
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_lines();

-- ── Checked at commit ──────────────────────────────────────────────────────────────────────────────────────────────

/* Held shared by whoever posts into a month and alone by whoever closes it: a journal is in before the close, or refused. */
CREATE FUNCTION ledger.period_lock(p_book text, p_period text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT hashtextextended('period ' || p_book || ' ' || p_period, 0)
$$;

CREATE FUNCTION ledger.check_accounts(p_journal ledger.journal) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_bad record;
BEGIN
  SELECT coalesce(a.code, p.account_id::text) AS account, CASE
      WHEN a.account_id IS NULL THEN 'unknown' WHEN a.currency <> p.currency THEN 'currency'
      WHEN a.book <> p_journal.book THEN 'book' ELSE 'closed' END AS reason
  INTO v_bad
  FROM ledger.posting p LEFT JOIN ledger.account a USING (account_id)
  WHERE p.journal_id = p_journal.journal_id
    AND (a.account_id IS NULL OR a.currency <> p.currency OR a.book <> p_journal.book OR 'closed' = ANY (a.flags))
  LIMIT 1;
  IF FOUND THEN
    PERFORM pack.fail('ICF04', format('account %s cannot take this journal: %s', v_bad.account, v_bad.reason),
      jsonb_build_object('account', v_bad.account, 'reason', v_bad.reason));
  END IF;
END $$;

/* Two lines at least, debits equal to credits in every currency, fitting accounts, an open month: for every writer. */
CREATE FUNCTION ledger.check_journal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_lines bigint;
  v_off record;
  v_period text := to_char(NEW.business_date, 'YYYY-MM');
BEGIN
  SELECT count(*) INTO v_lines FROM ledger.posting WHERE journal_id = NEW.journal_id;
  IF v_lines < 2 THEN
    PERFORM pack.fail('ICF02', 'a journal has two lines at least', jsonb_build_object('journalId', NEW.journal_id, 'lines', v_lines));
  END IF;
  SELECT currency, coalesce(sum(amount_minor) FILTER (WHERE side = 'D'), 0) AS debits,
    coalesce(sum(amount_minor) FILTER (WHERE side = 'C'), 0) AS credits
  INTO v_off FROM ledger.posting WHERE journal_id = NEW.journal_id
  GROUP BY currency HAVING sum(CASE side WHEN 'D' THEN amount_minor ELSE -amount_minor END) <> 0
  ORDER BY currency LIMIT 1;
  IF FOUND THEN
    PERFORM pack.fail('ICF03', format('debits and credits differ in %s', v_off.currency), jsonb_build_object(
      'journalId', NEW.journal_id, 'currency', v_off.currency, 'debitMinor', v_off.debits::text, 'creditMinor', v_off.credits::text));
  END IF;
  PERFORM ledger.check_accounts(NEW);
  PERFORM pg_advisory_xact_lock_shared(ledger.period_lock(NEW.book, v_period));
  IF EXISTS (SELECT FROM ledger.closed_period WHERE book = NEW.book AND period = v_period) THEN
    PERFORM pack.fail('ICF05', format('%s is closed', v_period),
      jsonb_build_object('period', v_period, 'businessDate', NEW.business_date));
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger.journal DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ledger.check_journal();

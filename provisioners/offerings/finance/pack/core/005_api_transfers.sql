-- Transfers in one phase or two: reserve, then post in whole or in part, void, or let it run out. Resolved at most once.

CREATE FUNCTION ledger.transfer_summary(p_transfer uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('transferId', t.transfer_id, 'state', t.state, 'debit', d.code, 'credit', c.code, 'currency', d.currency,
      'amountMinor', t.amount_minor::text)
    || jsonb_strip_nulls(jsonb_build_object('postedMinor', t.posted_minor::text, 'timeoutAt', t.timeout_at, 'journalId', t.journal_id))
  FROM ledger.transfer t JOIN ledger.account d ON d.account_id = t.debit_account JOIN ledger.account c ON c.account_id = t.credit_account
  WHERE t.transfer_id = p_transfer
$$;

/* Changes the counters of both accounts of a transfer, in ascending order of the account. */
CREATE FUNCTION ledger.move_pair(p_debit bigint, p_credit bigint, p_posted bigint, p_pending bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_debit < p_credit THEN
    PERFORM ledger.move(p_debit, p_posted, 0, p_pending, 0);
    PERFORM ledger.move(p_credit, 0, p_posted, 0, p_pending);
  ELSE
    PERFORM ledger.move(p_credit, 0, p_posted, 0, p_pending);
    PERFORM ledger.move(p_debit, p_posted, 0, p_pending, 0);
  END IF;
END $$;

/* Reserves p_amount. The accounts fit each other: one book, one currency, both open. */
CREATE FUNCTION ledger.reserve(p_id uuid, p_debit ledger.account, p_credit ledger.account, p_amount bigint, p_timeout timestamptz,
  p_code int, p_description text, p_for_payment boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ledger.move_pair(p_debit.account_id, p_credit.account_id, 0, p_amount);
  INSERT INTO ledger.transfer (transfer_id, debit_account, credit_account, amount_minor, code, description, state, timeout_at, for_payment, actor)
  VALUES (p_id, p_debit.account_id, p_credit.account_id, p_amount, p_code, p_description, 'pending', p_timeout, p_for_payment, ledger.actor());
END $$;

CREATE FUNCTION ledger.transfer_now(p_id uuid, p_debit ledger.account, p_credit ledger.account, p_amount bigint, p_code int,
  p_date date, p_description text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_journal uuid := ledger.post(p_debit.book, 'transfer',
    ledger.pair(p_debit.account_id, p_credit.account_id, p_amount, p_debit.currency), p_date, p_description);
BEGIN
  INSERT INTO ledger.transfer (transfer_id, debit_account, credit_account, amount_minor, code, description, state, posted_minor,
    journal_id, actor, resolved_at)
  VALUES (p_id, p_debit.account_id, p_credit.account_id, p_amount, p_code, p_description, 'posted', p_amount, v_journal, ledger.actor(), now());
END $$;

CREATE FUNCTION ledger.check_pair(p_debit ledger.account, p_credit ledger.account) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_debit.account_id = p_credit.account_id THEN
    PERFORM pack.fail_field('credit', 'another account than debit');
  ELSIF p_debit.currency <> p_credit.currency THEN
    PERFORM ledger.fail_account(p_credit.code, 'currency');
  ELSIF p_debit.book <> p_credit.book THEN
    PERFORM ledger.fail_account(p_credit.code, 'book');
  ELSIF 'closed' = ANY (p_debit.flags) OR 'closed' = ANY (p_credit.flags) THEN
    PERFORM ledger.fail_account(CASE WHEN 'closed' = ANY (p_debit.flags) THEN p_debit.code ELSE p_credit.code END, 'closed');
  END IF;
END $$;

/* {debit, credit, amountMinor, transferId?, pending?, timeoutSeconds?, code?, description?, businessDate?}. A transferId that is known
   answers as it stands, for good; with other accounts or another amount it is ICF07. */
CREATE FUNCTION api.transfer(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id uuid := CASE WHEN p ->> 'transferId' IS NULL THEN uuidv7() ELSE pack.need_uuid(p, 'transferId') END;
  v_debit ledger.account := ledger.need_account(p, 'debit');
  v_credit ledger.account := ledger.need_account(p, 'credit');
  v_amount bigint := ledger.need_amount(p, 'amountMinor');
  v_code int := pack.opt_int(p, 'code', 1, 1, 65535);
  v_description text := pack.opt_text(p, 'description', NULL, 500);
  v_timeout int := pack.opt_int(p, 'timeoutSeconds', (pack.params() -> 'pending_timeout_s')::int, 1, 2592000);
  v_known ledger.transfer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('transfer ' || v_id, 0));
  SELECT * INTO v_known FROM ledger.transfer WHERE transfer_id = v_id;
  IF FOUND THEN
    IF (v_known.debit_account, v_known.credit_account, v_known.amount_minor) <> (v_debit.account_id, v_credit.account_id, v_amount) THEN
      PERFORM pack.fail('ICF07', 'the transfer id was used for another transfer', jsonb_build_object('transferId', v_id));
    END IF;
    RETURN ledger.transfer_summary(v_id);
  END IF;
  PERFORM ledger.check_pair(v_debit, v_credit);
  PERFORM ledger.control('transfer', v_debit.book, v_debit.currency, v_amount);
  IF pack.opt_bool(p, 'pending', false) THEN
    PERFORM ledger.reserve(v_id, v_debit, v_credit, v_amount, now() + make_interval(secs => v_timeout), v_code, v_description);
  ELSE
    PERFORM ledger.transfer_now(v_id, v_debit, v_credit, v_amount, v_code, ledger.opt_date(p, 'businessDate', current_date), v_description);
  END IF;
  RETURN ledger.transfer_summary(v_id);
END $$;
SELECT pack.declare_function('transfer', true);

/* Locks the transfer with this id. ICF12 when there is none. */
CREATE FUNCTION ledger.lock_transfer(p_id uuid) RETURNS ledger.transfer LANGUAGE plpgsql AS $$
DECLARE
  v_transfer ledger.transfer;
BEGIN
  SELECT * INTO v_transfer FROM ledger.transfer WHERE transfer_id = p_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM ledger.fail_missing('transfer', p_id::text);
  END IF;
  RETURN v_transfer;
END $$;

/* The transfer with the id in p, locked, to be resolved by its caller. ICF23 when it goes with a payment. */
CREATE FUNCTION ledger.lock_own_transfer(p jsonb) RETURNS ledger.transfer LANGUAGE plpgsql AS $$
DECLARE
  v_transfer ledger.transfer := ledger.lock_transfer(pack.need_uuid(p, 'transferId'));
BEGIN
  IF v_transfer.for_payment THEN
    PERFORM pack.fail('ICF23', 'the transfer is resolved with its payment',
      jsonb_build_object('transferId', v_transfer.transfer_id, 'status', v_transfer.state));
  END IF;
  RETURN v_transfer;
END $$;

/* Moves p_amount of a transfer, which the caller has locked, and gives the rest back. */
CREATE FUNCTION ledger.settle(p_transfer ledger.transfer, p_amount bigint, p_date date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_debit ledger.account;
  v_journal uuid;
BEGIN
  IF p_transfer.state <> 'pending' THEN
    PERFORM pack.fail('ICF08', format('the transfer is %s already', p_transfer.state),
      jsonb_build_object('transferId', p_transfer.transfer_id, 'state', p_transfer.state));
  END IF;
  SELECT * INTO v_debit FROM ledger.account WHERE account_id = p_transfer.debit_account;
  -- What was reserved is free for exactly this: both sides at once, so that no limit stands in between.
  PERFORM ledger.move_pair(p_transfer.debit_account, p_transfer.credit_account, 0, -p_transfer.amount_minor);
  v_journal := ledger.post(v_debit.book, 'transfer',
    ledger.pair(p_transfer.debit_account, p_transfer.credit_account, p_amount, v_debit.currency), p_date, p_transfer.description);
  UPDATE ledger.transfer SET state = 'posted', posted_minor = p_amount, journal_id = v_journal, resolved_at = now()
  WHERE transfer_id = p_transfer.transfer_id;
END $$;

/* Gives back what these transfers, which the caller has locked, reserve: accounts of all of them in one ascending pass. */
CREATE FUNCTION ledger.give_back(p_transfers uuid[], p_state text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_sum record;
BEGIN
  FOR v_sum IN
    SELECT account_id, sum(debits)::bigint AS debits, sum(credits)::bigint AS credits
    FROM ledger.transfer t, LATERAL (VALUES (t.debit_account, t.amount_minor, 0), (t.credit_account, 0, t.amount_minor)) AS side (account_id, debits, credits)
    WHERE t.transfer_id = ANY (p_transfers)
    GROUP BY account_id ORDER BY account_id
  LOOP
    PERFORM ledger.move(v_sum.account_id, 0, 0, -v_sum.debits, -v_sum.credits);
  END LOOP;
  UPDATE ledger.transfer SET state = p_state, resolved_at = now() WHERE transfer_id = ANY (p_transfers);
END $$;

/* {transferId, amountMinor?, businessDate?}: posts all that was reserved, or a part. Again with the same amount answers as before. */
CREATE FUNCTION api.post_transfer(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_transfer ledger.transfer := ledger.lock_own_transfer(p);
  v_amount bigint := CASE WHEN p ->> 'amountMinor' IS NULL THEN v_transfer.amount_minor ELSE ledger.need_amount(p, 'amountMinor') END;
BEGIN
  IF v_transfer.state = 'posted' AND v_transfer.posted_minor = v_amount THEN
    RETURN ledger.transfer_summary(v_transfer.transfer_id);
  END IF;
  IF v_transfer.state = 'pending' AND v_transfer.timeout_at <= now() THEN
    PERFORM pack.fail('ICF09', 'the transfer has run out',
      jsonb_build_object('transferId', v_transfer.transfer_id, 'timeoutAt', v_transfer.timeout_at));
  END IF;
  IF v_amount > v_transfer.amount_minor THEN
    PERFORM pack.fail('ICF10', 'more than was reserved', jsonb_build_object('transferId', v_transfer.transfer_id,
      'pendingMinor', v_transfer.amount_minor::text, 'askedMinor', v_amount::text));
  END IF;
  PERFORM ledger.settle(v_transfer, v_amount, ledger.opt_date(p, 'businessDate', current_date));
  RETURN ledger.transfer_summary(v_transfer.transfer_id);
END $$;
SELECT pack.declare_function('post_transfer', true);

/* {transferId}: gives all of it back. A transfer that is voided already is refused: whoever voids twice has lost count. */
CREATE FUNCTION api.void_transfer(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_transfer ledger.transfer := ledger.lock_own_transfer(p);
BEGIN
  IF v_transfer.state <> 'pending' THEN
    PERFORM pack.fail('ICF08', format('the transfer is %s already', v_transfer.state),
      jsonb_build_object('transferId', v_transfer.transfer_id, 'state', v_transfer.state));
  END IF;
  PERFORM ledger.give_back(ARRAY[v_transfer.transfer_id], 'voided');
  RETURN ledger.transfer_summary(v_transfer.transfer_id);
END $$;
SELECT pack.declare_function('void_transfer', true, true);

/* {limit?}: gives back what has run out. Transfers that are being resolved at this moment are skipped. */
CREATE FUNCTION api.expire_transfers(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_due uuid[];
BEGIN
  SELECT coalesce(array_agg(transfer_id), '{}') INTO v_due FROM (
    SELECT transfer_id FROM ledger.transfer
    WHERE state = 'pending' AND timeout_at <= now()
    ORDER BY timeout_at LIMIT pack.opt_int(p, 'limit', 500, 1, 10000)
    FOR NO KEY UPDATE SKIP LOCKED) AS due;
  PERFORM ledger.give_back(v_due, 'expired');
  RETURN jsonb_build_object('expired', cardinality(v_due));
END $$;
SELECT pack.declare_function('expire_transfers', true, true);

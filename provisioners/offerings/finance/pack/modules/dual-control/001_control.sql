-- Four eyes: above the limit a person proposes and another one approves; what was proposed is then done as it was proposed.

CREATE SCHEMA control;

CREATE TABLE control.proposal (
  proposal_id uuid PRIMARY KEY DEFAULT uuidv7(),
  function text NOT NULL,
  body jsonb NOT NULL,
  proposer text NOT NULL,
  note text,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'rejected', 'withdrawn')),
  decided_by text,
  decided_in xid8, -- the transaction that does what was proposed
  result jsonb,
  proposed_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  CHECK ((state = 'open') = (decided_by IS NULL)),
  CHECK (state <> 'approved' OR decided_by <> proposer)
);
CREATE INDEX proposal_by_transaction ON control.proposal (decided_in) WHERE decided_in IS NOT NULL;

CREATE TABLE control.function (
  name text PRIMARY KEY
);
INSERT INTO control.function (name) VALUES ('post_journal'), ('reverse_journal'), ('transfer'), ('exchange'), ('convert'), ('release_payment');

/* Decided once; what was proposed never changes. */
CREATE FUNCTION control.guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'open' AND NOT (OLD.state = 'approved' AND OLD.result IS NULL AND NEW.state = 'approved') THEN
    PERFORM pack.fail('ICF17', format('the proposal is %s already', OLD.state),
      jsonb_build_object('proposalId', OLD.proposal_id, 'state', OLD.state));
  END IF;
  IF (OLD.function, OLD.body, OLD.proposer) <> (NEW.function, NEW.body, NEW.proposer) THEN
    PERFORM pack.fail('ICF01', 'a proposal is decided, not changed', jsonb_build_object('table', 'control.proposal'));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_proposal BEFORE UPDATE ON control.proposal FOR EACH ROW EXECUTE FUNCTION control.guard_proposal();
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON control.proposal
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.deny_change();

/* What an amount counts against the limit, in minor units of the base currency. Without rates one unit of any currency counts as
   one of the base currency. */
CREATE FUNCTION ledger.base_minor(p_currency text, p_amount bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT p_amount * coalesce(ledger.rate_to_base(p_currency), 1) * 10::numeric ^ (base.minor_unit - given.minor_unit)
  FROM ledger.currency given, ledger.currency base
  WHERE given.code = p_currency AND base.code = (SELECT value #>> '{}' FROM pack.param WHERE key = 'base_currency')
$$;

/* The self-test's book is free: it counts nowhere. An approved proposal lets through what runs in its own transaction. */
CREATE OR REPLACE FUNCTION ledger.control(p_function text, p_book text, p_currency text, p_amount bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_limit bigint := (SELECT (value #>> '{}')::bigint FROM pack.param WHERE key = 'dual_control_limit_minor');
BEGIN
  IF p_book = 'smoke' OR ledger.base_minor(p_currency, p_amount) <= v_limit
     OR EXISTS (SELECT FROM control.proposal WHERE decided_in = pg_current_xact_id() AND state = 'approved') THEN
    RETURN;
  END IF;
  PERFORM pack.fail('ICF15', 'over the limit: a second person must agree', jsonb_build_object(
    'function', p_function, 'limitMinor', v_limit::text, 'amountMinor', p_amount::text, 'currency', p_currency));
END $$;

CREATE FUNCTION control.summary(p_proposal uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('proposalId', proposal_id, 'function', function, 'body', body, 'state', state, 'proposer', proposer)
    || jsonb_strip_nulls(jsonb_build_object('decidedBy', decided_by, 'decidedAt', decided_at, 'result', result))
  FROM control.proposal WHERE proposal_id = p_proposal
$$;

/* {function, body, note?}: kept until another person decides. */
CREATE FUNCTION api.propose(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_function text := pack.need_text(p, 'function', 40);
  v_id uuid;
BEGIN
  IF NOT EXISTS (SELECT FROM control.function JOIN pack.function USING (name) WHERE name = v_function) THEN
    PERFORM pack.fail_field('function',
      (SELECT 'one of ' || string_agg(name, ', ' ORDER BY name) FROM control.function JOIN pack.function USING (name)));
  END IF;
  IF jsonb_typeof(p -> 'body') IS DISTINCT FROM 'object' THEN
    PERFORM pack.fail_field('body', 'the body of the call');
  END IF;
  INSERT INTO control.proposal (function, body, proposer, note)
  VALUES (v_function, p -> 'body', ledger.actor(), pack.opt_text(p, 'note', NULL, 500)) RETURNING proposal_id INTO v_id;
  RETURN control.summary(v_id);
END $$;
SELECT pack.declare_function('propose', true);

/* Locks the open proposal with the id in p. ICF12 when there is none, ICF17 when it is decided. */
CREATE FUNCTION control.lock_open(p jsonb) RETURNS control.proposal LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid := pack.need_uuid(p, 'proposalId');
  v_proposal control.proposal;
BEGIN
  SELECT * INTO v_proposal FROM control.proposal WHERE proposal_id = v_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM ledger.fail_missing('proposal', v_id::text);
  ELSIF v_proposal.state <> 'open' THEN
    PERFORM pack.fail('ICF17', format('the proposal is %s already', v_proposal.state),
      jsonb_build_object('proposalId', v_id, 'state', v_proposal.state));
  END IF;
  RETURN v_proposal;
END $$;

/* {proposalId}: by another person than the proposer. Does what was proposed, now; when that is refused, the proposal stays open. */
CREATE FUNCTION api.approve_proposal(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_proposal control.proposal := control.lock_open(p);
  v_result jsonb;
BEGIN
  IF v_proposal.proposer = ledger.actor() THEN
    PERFORM pack.fail('ICF16', 'a proposal is approved by another person', jsonb_build_object('proposalId', v_proposal.proposal_id));
  END IF;
  UPDATE control.proposal SET state = 'approved', decided_by = ledger.actor(), decided_in = pg_current_xact_id(), decided_at = now()
  WHERE proposal_id = v_proposal.proposal_id;
  EXECUTE format('SELECT api.%I($1)', v_proposal.function) INTO v_result USING v_proposal.body;
  UPDATE control.proposal SET result = v_result WHERE proposal_id = v_proposal.proposal_id;
  RETURN control.summary(v_proposal.proposal_id);
END $$;
SELECT pack.declare_function('approve_proposal', true);

/* {proposalId}: by anybody; the proposer withdraws it. */
CREATE FUNCTION api.reject_proposal(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_proposal control.proposal := control.lock_open(p);
BEGIN
  UPDATE control.proposal SET state = CASE WHEN proposer = ledger.actor() THEN 'withdrawn' ELSE 'rejected' END,
    decided_by = ledger.actor(), decided_at = now()
  WHERE proposal_id = v_proposal.proposal_id;
  RETURN control.summary(v_proposal.proposal_id);
END $$;
SELECT pack.declare_function('reject_proposal', true, true);

-- key: proposal_id
CREATE VIEW api.proposals AS
SELECT proposal_id, state, function, body, proposer, note, proposed_at, decided_by, decided_at FROM control.proposal;

-- What was approved was approved by another person, and done.
CREATE VIEW control.invariants AS
SELECT 'approvals_have_two_people' AS rule, count(*) AS violations
FROM control.proposal WHERE state = 'approved' AND (decided_by = proposer OR result IS NULL);
SELECT pack.add_view_part('invariants', 'control.invariants');

SELECT pack.declare_module_tables('dual-control', '{control.proposal}');

-- Accounts: opened one by one or by a chart, closed when they are empty.

/* p.flags, checked: what the balance may not do. */
CREATE FUNCTION ledger.flags_of(p jsonb) RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
  IF p ->> 'flags' IS NULL THEN
    RETURN '{}';
  END IF;
  IF jsonb_typeof(p -> 'flags') <> 'array'
     OR NOT (p -> 'flags') <@ '["debits_must_not_exceed_credits", "credits_must_not_exceed_debits"]' THEN
    PERFORM pack.fail_field('flags', 'a list of debits_must_not_exceed_credits, credits_must_not_exceed_debits');
  END IF;
  RETURN ARRAY(SELECT DISTINCT flag FROM jsonb_array_elements_text(p -> 'flags') AS flag ORDER BY flag);
END $$;

CREATE FUNCTION ledger.account_summary(p_account bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('account', code, 'name', name, 'kind', kind, 'currency', currency, 'flags', to_jsonb(flags), 'iban', iban,
    'debitsPostedMinor', debits_posted::text, 'creditsPostedMinor', credits_posted::text,
    'debitsPendingMinor', debits_pending::text, 'creditsPendingMinor', credits_pending::text)
  FROM ledger.account WHERE account_id = p_account
$$;

/* {code, name, kind, currency?, flags?, iban?, partyRef?, book?}. */
CREATE FUNCTION api.open_account(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_code text := pack.need_text(p, 'code', 34);
  v_kind text := pack.need_text(p, 'kind', 1);
  v_book text := pack.opt_text(p, 'book', 'main', 5);
  v_currency text := ledger.need_currency(p, 'currency', pack.params() ->> 'base_currency');
  v_iban text := pack.opt_text(p, 'iban', NULL, 34);
  v_id bigint;
BEGIN
  IF v_code !~ '^[A-Za-z0-9][A-Za-z0-9._-]*$' THEN
    PERFORM pack.fail_field('code', 'letters, digits, dots, hyphens, underscores');
  END IF;
  IF v_kind !~ '^[ALQIX]$' THEN
    PERFORM pack.fail_field('kind', 'one of A, L, Q, I, X');
  END IF;
  IF v_book NOT IN ('main', 'smoke') THEN
    PERFORM pack.fail_field('book', 'main or smoke');
  END IF;
  IF NOT coalesce(ledger.iban_is_valid(v_iban), true) THEN
    PERFORM pack.fail_field('iban', 'an IBAN with right check digits, without spaces');
  END IF;
  INSERT INTO ledger.account (code, name, book, kind, currency, iban, party_ref, flags)
  VALUES (v_code, pack.need_text(p, 'name'), v_book, v_kind, v_currency, v_iban, pack.opt_text(p, 'partyRef', NULL), ledger.flags_of(p))
  ON CONFLICT DO NOTHING
  RETURNING account_id INTO v_id;
  IF v_id IS NULL THEN
    PERFORM ledger.fail_taken('account', CASE WHEN EXISTS (SELECT FROM ledger.account WHERE code = v_code) THEN v_code ELSE v_iban END);
  END IF;
  RETURN ledger.account_summary(v_id);
END $$;
SELECT pack.declare_function('open_account', true);

/* {account}: for good. ICF04 not_empty when there is a balance or something pending. */
CREATE FUNCTION api.close_account(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_account ledger.account := ledger.need_account(p, 'account');
BEGIN
  SELECT * INTO v_account FROM ledger.account WHERE account_id = v_account.account_id FOR NO KEY UPDATE;
  IF v_account.debits_posted <> v_account.credits_posted OR v_account.debits_pending + v_account.credits_pending > 0 THEN
    PERFORM ledger.fail_account(v_account.code, 'not_empty');
  END IF;
  UPDATE ledger.account SET flags = array_append(array_remove(flags, 'closed'), 'closed') WHERE account_id = v_account.account_id;
  RETURN ledger.account_summary(v_account.account_id);
END $$;
SELECT pack.declare_function('close_account', true, true);

-- ── Charts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE ledger.chart_account (
  chart text NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  kind char(1) NOT NULL,
  PRIMARY KEY (chart, code)
);
INSERT INTO ledger.chart_account (chart, code, name, kind) VALUES
  ('cas-cn', '1001', '库存现金', 'A'), ('cas-cn', '1002', '银行存款', 'A'), ('cas-cn', '1012', '其他货币资金', 'A'),
  ('cas-cn', '1122', '应收账款', 'A'), ('cas-cn', '1221', '其他应收款', 'A'), ('cas-cn', '1405', '库存商品', 'A'),
  ('cas-cn', '1601', '固定资产', 'A'), ('cas-cn', '1602', '累计折旧', 'A'), ('cas-cn', '2001', '短期借款', 'L'),
  ('cas-cn', '2202', '应付账款', 'L'), ('cas-cn', '2211', '应付职工薪酬', 'L'), ('cas-cn', '2221', '应交税费', 'L'),
  ('cas-cn', '2241', '其他应付款', 'L'), ('cas-cn', '4001', '实收资本', 'Q'), ('cas-cn', '4103', '本年利润', 'Q'),
  ('cas-cn', '4104', '利润分配', 'Q'), ('cas-cn', '6001', '主营业务收入', 'I'), ('cas-cn', '6051', '其他业务收入', 'I'),
  ('cas-cn', '6061', '汇兑损益', 'I'), ('cas-cn', '6401', '主营业务成本', 'X'), ('cas-cn', '6602', '管理费用', 'X'),
  ('cas-cn', '6603', '财务费用', 'X'),
  ('ifrs-basic', '1000', 'Cash and cash equivalents', 'A'), ('ifrs-basic', '1100', 'Trade receivables', 'A'),
  ('ifrs-basic', '1200', 'Inventories', 'A'), ('ifrs-basic', '1500', 'Property, plant and equipment', 'A'),
  ('ifrs-basic', '2000', 'Trade payables', 'L'), ('ifrs-basic', '2100', 'Borrowings', 'L'), ('ifrs-basic', '2200', 'Tax liabilities', 'L'),
  ('ifrs-basic', '2300', 'Other payables', 'L'), ('ifrs-basic', '3000', 'Issued capital', 'Q'), ('ifrs-basic', '3100', 'Retained earnings', 'Q'),
  ('ifrs-basic', '4000', 'Revenue', 'I'), ('ifrs-basic', '4100', 'Foreign exchange result', 'I'), ('ifrs-basic', '5000', 'Cost of sales', 'X'),
  ('ifrs-basic', '6000', 'Administrative expenses', 'X'), ('ifrs-basic', '6100', 'Finance costs', 'X'),
  ('wallet', '1000', 'Safeguarded customer money at banks', 'A'), ('wallet', '1100', 'Own money at banks', 'A'),
  ('wallet', '1200', 'Receivable from card schemes', 'A'), ('wallet', '2000', 'Payments in transit', 'L'), ('wallet', '2900', 'Suspense', 'L'),
  ('wallet', '3000', 'Own funds', 'Q'), ('wallet', '4000', 'Fee income', 'I'), ('wallet', '4100', 'Foreign exchange result', 'I'),
  ('wallet', '5000', 'Processing costs', 'X'), ('wallet', '5100', 'Chargebacks', 'X');

/* {}: opens the accounts of the chart that was chosen, in the base currency. Those that are there stay as they are. */
CREATE FUNCTION api.open_chart(p jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_params jsonb := pack.params();
  v_opened bigint;
BEGIN
  INSERT INTO ledger.account (code, name, kind, currency)
  SELECT code, name, kind, v_params ->> 'base_currency' FROM ledger.chart_account WHERE chart = v_params ->> 'chart' ORDER BY code
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS v_opened = ROW_COUNT;
  RETURN jsonb_build_object('chart', v_params ->> 'chart', 'opened', v_opened);
END $$;
SELECT pack.declare_function('open_chart', true);

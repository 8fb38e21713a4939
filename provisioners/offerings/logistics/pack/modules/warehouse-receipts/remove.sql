-- Takes warehouse receipts out, with what self-tests left of them.
SELECT pack.remove_functions(ARRAY['create_lot', 'count_lot', 'issue_receipt', 'transfer_receipt', 'pledge_receipt', 'release_receipt',
  'split_receipt', 'withdraw_receipt', 'cancel_receipt', 'verify_receipt']);
SELECT pack.remove_view_part('invariants', 'wr.invariants');
SELECT pack.remove_view_part('kpis', 'wr.kpis');
DROP VIEW api.lots, api.receipts, api.receipts_by_state, api.receipt_acts, api.receipt_proofs;

CREATE OR REPLACE FUNCTION core.seed_receipts(p_until timestamptz) RETURNS void LANGUAGE sql AS $$
  SELECT
$$;

DROP SCHEMA wr CASCADE;
DELETE FROM core.receipt_proof;

-- Takes the returns desk out.
SELECT pack.remove_functions(ARRAY['request_return', 'approve_return', 'reject_return', 'inspect_return', 'refund_return']);
SELECT pack.remove_view_part('invariants', 'rma.invariants');
DROP VIEW api.returns, api.return_lines, api.return_refunds;
DROP TRIGGER guard_returned ON sales.orders;
DROP SCHEMA rma CASCADE;

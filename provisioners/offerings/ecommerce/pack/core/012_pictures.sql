-- Figures that the tenant's page draws. Channel smoke is the self-test's and counts in no figure.

-- key: state. Every state, also those that no order is in; orders of the last 90 days, so that the count stays cheap.
CREATE VIEW api.orders_by_state AS
SELECT s.state, count(o.order_id)::int AS orders
FROM sales.order_state s
LEFT JOIN sales.orders o ON o.state = s.state AND o.channel <> 'smoke' AND o.placed_at > now() - interval '90 days'
GROUP BY s.state;

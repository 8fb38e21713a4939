-- Takes flash sales out: the core's own answers come back for what the module had filled in.
SELECT pack.remove_functions(ARRAY['create_campaign', 'set_flash_item', 'issue_queue_token', 'prewarm_campaign']);
SELECT pack.remove_view_part('invariants', 'promo.invariants');
DROP VIEW api.campaigns, api.flash_items;

CREATE OR REPLACE FUNCTION sales.enter_campaign(p_order_id uuid, p_campaign text, p_currency text, p_customer uuid, p_token text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM catalog.fail_missing('campaign', p_campaign);
END $$;

CREATE OR REPLACE FUNCTION sales.claim_quota(p_order_id uuid, p_campaign text, p_sku text, p_qty int, p_customer uuid)
RETURNS bigint LANGUAGE sql AS $$
  SELECT NULL::bigint
$$;

CREATE OR REPLACE FUNCTION sales.release_quota(p_orders uuid[]) RETURNS void LANGUAGE sql AS $$
  SELECT
$$;

DROP SCHEMA promo CASCADE;

-- Campaigns, claims and tokens are the module's own: it may be taken out again when none is left.
SELECT pack.declare_module_tables('flash-sale', ARRAY['promo.campaign', 'promo.flash_item', 'promo.claim', 'promo.queue_token']);

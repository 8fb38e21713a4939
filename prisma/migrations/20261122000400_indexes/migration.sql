-- The stream of those who see everything, in its own order.
CREATE INDEX "Event_txid_seq_idx" ON "Event"("txid", "seq");
-- An order's runs, a preview's quotes, a person's latest previews.
CREATE INDEX "Run_orderId_idx" ON "Run"("orderId");
CREATE INDEX "Quote_previewId_idx" ON "Quote"("previewId");
CREATE INDEX "PlanPreview_requestedById_createdAt_idx" ON "PlanPreview"("requestedById", "createdAt");

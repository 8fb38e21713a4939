-- A running tenant's plan, modules and parameters may change: the change is a record of its own, priced and planned before it is asked for.
CREATE TYPE "ChangeState" AS ENUM ('queued', 'ready', 'failed', 'awaiting_approval', 'accepted', 'applied', 'rejected', 'withdrawn');
ALTER TYPE "ApprovalKind" ADD VALUE 'change';

CREATE TABLE "TenantChange" (
    "id" UUID NOT NULL,
    "number" TEXT,
    "organisationId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "requestedById" UUID NOT NULL,
    "priceBookId" UUID NOT NULL,
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL,
    "price" JSONB NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "beforeMicro" BIGINT NOT NULL,
    "monthlyMicro" BIGINT NOT NULL,
    "state" "ChangeState" NOT NULL DEFAULT 'queued',
    "plan" JSONB,
    "planHash" TEXT,
    "failure" JSONB,
    "waitsFor" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "computedAt" TIMESTAMPTZ(3),
    "askedAt" TIMESTAMPTZ(3),
    "appliedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TenantChange_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "TenantChange_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "TenantChange_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "TenantChange_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "TenantChange_priceBookId_fkey" FOREIGN KEY ("priceBookId") REFERENCES "PriceBook"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "change_planned_has_plan" CHECK (state NOT IN ('ready', 'awaiting_approval', 'accepted', 'applied') OR (plan IS NOT NULL AND "planHash" IS NOT NULL))
);
CREATE UNIQUE INDEX "TenantChange_number_key" ON "TenantChange"("number");
CREATE INDEX "TenantChange_organisationId_createdAt_idx" ON "TenantChange"("organisationId", "createdAt");
CREATE INDEX "TenantChange_tenantId_createdAt_idx" ON "TenantChange"("tenantId", "createdAt");
CREATE INDEX "TenantChange_requestedById_createdAt_idx" ON "TenantChange"("requestedById", "createdAt");
CREATE SEQUENCE change_number_seq;
GRANT USAGE, SELECT ON SEQUENCE change_number_seq TO industry_cloud_app;

ALTER TABLE "TenantChange" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "TenantChange" FORCE ROW LEVEL SECURITY;
CREATE POLICY own_organisation ON "TenantChange" USING (app_platform() OR "organisationId" = app_organisation());
REVOKE TRUNCATE ON "TenantChange" FROM industry_cloud_app;

-- A question may be about a change.
ALTER TABLE "Approval" ADD COLUMN "changeId" UUID;
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "TenantChange"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Approval" DROP CONSTRAINT "approval_one_subject";
ALTER TABLE "Approval" ADD CONSTRAINT "approval_one_subject" CHECK (num_nonnulls("orderId", "quoteId", "runId", "changeId") = 1);
CREATE INDEX "Approval_changeId_idx" ON "Approval"("changeId");
CREATE UNIQUE INDEX "approval_one_pending_per_change" ON "Approval" ("changeId", kind) WHERE state = 'pending';

-- A change closes a subscription and opens the next: of one tenant one runs, the others are its history.
DROP INDEX "Subscription_orderId_key";
DROP INDEX "Subscription_tenantId_key";
CREATE INDEX "Subscription_orderId_idx" ON "Subscription"("orderId");
CREATE INDEX "Subscription_tenantId_startedAt_idx" ON "Subscription"("tenantId", "startedAt");
CREATE UNIQUE INDEX "subscription_one_runs_per_tenant" ON "Subscription" ("tenantId") WHERE "endedAt" IS NULL;

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "ActorKind" AS ENUM ('user', 'token', 'worker', 'system');

-- CreateEnum
CREATE TYPE "OfferingLifecycle" AS ENUM ('draft', 'preview', 'ga', 'restricted', 'deprecated', 'retired');

-- CreateEnum
CREATE TYPE "DeploymentModel" AS ENUM ('public', 'private', 'hybrid');

-- CreateEnum
CREATE TYPE "PreviewState" AS ENUM ('queued', 'ready', 'failed', 'consumed');

-- CreateEnum
CREATE TYPE "QuoteState" AS ENUM ('draft', 'awaiting_approval', 'sent', 'accepted', 'declined', 'expired', 'superseded');

-- CreateEnum
CREATE TYPE "OrderState" AS ENUM ('draft', 'submitted', 'awaiting_approval', 'accepted', 'fulfilled', 'rejected', 'cancelled', 'expired', 'failed');

-- CreateEnum
CREATE TYPE "ApprovalKind" AS ENUM ('order', 'discount', 'run');

-- CreateEnum
CREATE TYPE "ApprovalState" AS ENUM ('pending', 'approved', 'rejected', 'obsolete');

-- CreateEnum
CREATE TYPE "OrganisationKind" AS ENUM ('customer', 'platform');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('customer_admin', 'customer_member', 'sales_engineer', 'platform_admin', 'auditor');

-- CreateEnum
CREATE TYPE "RunState" AS ENUM ('queued', 'planning', 'awaiting_approval', 'running', 'succeeded', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "StepState" AS ENUM ('pending', 'running', 'waiting', 'done', 'failed', 'skipped');

-- CreateEnum
CREATE TYPE "TenantState" AS ENUM ('ordered', 'provisioning', 'active', 'degraded', 'changing', 'suspending', 'suspended', 'resuming', 'retiring', 'retired', 'failed');

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" UUID NOT NULL,
    "txid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "organisationId" UUID NOT NULL,
    "actorKind" "ActorKind" NOT NULL,
    "actorId" TEXT NOT NULL,
    "actorName" TEXT NOT NULL,
    "behalfOf" TEXT NOT NULL DEFAULT '',
    "rightUsed" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subjectKind" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "subjectName" TEXT NOT NULL,
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL,
    "requestId" TEXT NOT NULL,
    "ip" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "chainSeq" BIGINT,
    "prevHash" TEXT,
    "hash" TEXT,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditCheckpoint" (
    "id" UUID NOT NULL,
    "chainSeq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AuditCheckpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OfferingVersion" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "lifecycle" "OfferingLifecycle" NOT NULL,
    "manifest" JSONB NOT NULL,
    "sha256" TEXT NOT NULL,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OfferingVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Plan" (
    "id" UUID NOT NULL,
    "offeringVersionId" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "orderable" BOOLEAN NOT NULL,
    "models" "DeploymentModel"[],
    "quotas" JSONB NOT NULL,

    CONSTRAINT "Plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Module" (
    "id" UUID NOT NULL,
    "offeringVersionId" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "selectable" BOOLEAN NOT NULL,

    CONSTRAINT "Module_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PriceBook" (
    "id" UUID NOT NULL,
    "version" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "upliftBp" JSONB NOT NULL,
    "termBp" JSONB NOT NULL,
    "tax" JSONB NOT NULL,
    "validFrom" TIMESTAMPTZ(3) NOT NULL,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PriceBook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Price" (
    "priceBookId" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "model" "DeploymentModel",
    "kind" TEXT NOT NULL,
    "micro" BIGINT NOT NULL,
    "id" UUID NOT NULL,

    CONSTRAINT "Price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Region" (
    "code" TEXT NOT NULL,
    "nameEn" TEXT NOT NULL,
    "nameZh" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Region_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "Target" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "regionCode" TEXT NOT NULL,
    "models" "DeploymentModel"[],
    "healthy" BOOLEAN NOT NULL,
    "capacity" JSONB NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Target_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PlanPreview" (
    "id" UUID NOT NULL,
    "organisationId" UUID NOT NULL,
    "requestedById" UUID NOT NULL,
    "offeringVersionId" UUID NOT NULL,
    "priceBookId" UUID NOT NULL,
    "targetId" UUID NOT NULL,
    "reservedTenantId" UUID NOT NULL,
    "reservedRef" TEXT NOT NULL,
    "configuration" JSONB NOT NULL,
    "state" "PreviewState" NOT NULL DEFAULT 'queued',
    "plan" JSONB,
    "planHash" TEXT,
    "failure" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "computedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PlanPreview_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Quote" (
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "organisationId" UUID NOT NULL,
    "createdById" UUID NOT NULL,
    "offeringVersionId" UUID NOT NULL,
    "priceBookId" UUID NOT NULL,
    "previewId" UUID NOT NULL,
    "configuration" JSONB NOT NULL,
    "discountBp" INTEGER NOT NULL,
    "price" JSONB NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "monthlyMicro" BIGINT NOT NULL,
    "planHash" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "state" "QuoteState" NOT NULL DEFAULT 'draft',
    "validUntil" TIMESTAMPTZ(3) NOT NULL,
    "linkHash" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sentAt" TIMESTAMPTZ(3),
    "decidedAt" TIMESTAMPTZ(3),
    "acceptedById" UUID,

    CONSTRAINT "Quote_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Order" (
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "organisationId" UUID NOT NULL,
    "placedById" UUID NOT NULL,
    "offeringVersionId" UUID NOT NULL,
    "priceBookId" UUID NOT NULL,
    "previewId" UUID NOT NULL,
    "quoteId" UUID,
    "tenantId" UUID NOT NULL,
    "configuration" JSONB NOT NULL,
    "price" JSONB NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "monthlyMicro" BIGINT NOT NULL,
    "planHash" TEXT NOT NULL,
    "state" "OrderState" NOT NULL,
    "waitsFor" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "fulfilledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Approval" (
    "id" UUID NOT NULL,
    "kind" "ApprovalKind" NOT NULL,
    "orderId" UUID,
    "quoteId" UUID,
    "runId" UUID,
    "organisationId" UUID NOT NULL,
    "planHash" TEXT NOT NULL,
    "rule" JSONB NOT NULL,
    "state" "ApprovalState" NOT NULL DEFAULT 'pending',
    "requestedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedAt" TIMESTAMPTZ(3),
    "decidedById" UUID,
    "reason" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "Approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Subscription" (
    "id" UUID NOT NULL,
    "organisationId" UUID NOT NULL,
    "orderId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "offeringVersionId" UUID NOT NULL,
    "priceBookId" UUID NOT NULL,
    "planCode" TEXT NOT NULL,
    "model" "DeploymentModel" NOT NULL,
    "modules" TEXT[],
    "currency" CHAR(3) NOT NULL,
    "monthlyMicro" BIGINT NOT NULL,
    "termMonths" INTEGER NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "meteringPausedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Organisation" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "OrganisationKind" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Organisation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "sessionVersion" INTEGER NOT NULL DEFAULT 1,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "id" UUID NOT NULL,
    "organisationId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" UUID NOT NULL,
    "organisationId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInAttempt" (
    "id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SignInAttempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "organisationId" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "requestHash" TEXT NOT NULL,
    "response" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("organisationId","key")
);

-- CreateTable
CREATE TABLE "Run" (
    "id" UUID NOT NULL,
    "organisationId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "state" "RunState" NOT NULL DEFAULT 'queued',
    "orderId" UUID,
    "requestedById" UUID NOT NULL,
    "params" JSONB NOT NULL DEFAULT '{}',
    "fence" BIGINT NOT NULL DEFAULT 0,
    "worker" TEXT NOT NULL DEFAULT '',
    "beatAt" TIMESTAMPTZ(3),
    "approvedHash" TEXT,
    "plan" JSONB,
    "planHash" TEXT,
    "failure" JSONB NOT NULL DEFAULT '{}',
    "waitsFor" JSONB NOT NULL DEFAULT '{}',
    "requestId" TEXT NOT NULL,
    "cancelAskedAt" TIMESTAMPTZ(3),
    "queuedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RunStep" (
    "runId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "state" "StepState" NOT NULL DEFAULT 'pending',
    "detail" JSONB NOT NULL DEFAULT '{}',
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "RunStep_pkey" PRIMARY KEY ("runId","position")
);

-- CreateTable
CREATE TABLE "RunResource" (
    "runId" UUID NOT NULL,
    "urn" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parentUrn" TEXT NOT NULL,
    "state" "StepState" NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "changes" JSONB NOT NULL DEFAULT '[]',
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "RunResource_pkey" PRIMARY KEY ("runId","urn","operation")
);

-- CreateTable
CREATE TABLE "Event" (
    "seq" BIGSERIAL NOT NULL,
    "txid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "organisationId" UUID NOT NULL,
    "subjectKind" TEXT NOT NULL,
    "subjectId" UUID NOT NULL,
    "tenantId" UUID,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "Tenant" (
    "id" UUID NOT NULL,
    "ref" TEXT NOT NULL,
    "organisationId" UUID NOT NULL,
    "targetId" UUID NOT NULL,
    "offeringVersionId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "model" "DeploymentModel" NOT NULL,
    "planCode" TEXT NOT NULL,
    "modules" TEXT[],
    "params" JSONB NOT NULL,
    "quotas" JSONB NOT NULL,
    "state" "TenantState" NOT NULL DEFAULT 'ordered',
    "tainted" BOOLEAN NOT NULL DEFAULT false,
    "stateReason" JSONB NOT NULL DEFAULT '{}',
    "usage" JSONB NOT NULL DEFAULT '{}',
    "proof" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "activeAt" TIMESTAMPTZ(3),
    "retiredAt" TIMESTAMPTZ(3),

    CONSTRAINT "Tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Endpoint" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "keyPrefix" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "KeyReveal" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "organisationId" UUID NOT NULL,
    "sealed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KeyReveal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TenantResource" (
    "tenantId" UUID NOT NULL,
    "urn" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "parentUrn" TEXT NOT NULL,
    "outputs" JSONB NOT NULL,
    "position" INTEGER NOT NULL,
    "modifiedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TenantResource_pkey" PRIMARY KEY ("tenantId","urn")
);

-- CreateTable
CREATE TABLE "KpiSample" (
    "tenantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "KpiSample_pkey" PRIMARY KEY ("tenantId","name","at")
);

-- CreateIndex
CREATE UNIQUE INDEX "AuditEntry_chainSeq_key" ON "AuditEntry"("chainSeq");

-- CreateIndex
CREATE INDEX "AuditEntry_organisationId_at_idx" ON "AuditEntry"("organisationId", "at");

-- CreateIndex
CREATE INDEX "AuditEntry_subjectKind_subjectId_idx" ON "AuditEntry"("subjectKind", "subjectId");

-- CreateIndex
CREATE INDEX "AuditEntry_action_at_idx" ON "AuditEntry"("action", "at");

-- CreateIndex
CREATE INDEX "AuditEntry_at_idx" ON "AuditEntry"("at");

-- CreateIndex
CREATE UNIQUE INDEX "AuditCheckpoint_chainSeq_key" ON "AuditCheckpoint"("chainSeq");

-- CreateIndex
CREATE UNIQUE INDEX "OfferingVersion_slug_version_key" ON "OfferingVersion"("slug", "version");

-- CreateIndex
CREATE UNIQUE INDEX "OfferingVersion_slug_ordinal_key" ON "OfferingVersion"("slug", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "Plan_offeringVersionId_code_key" ON "Plan"("offeringVersionId", "code");

-- CreateIndex
CREATE UNIQUE INDEX "Module_offeringVersionId_code_key" ON "Module"("offeringVersionId", "code");

-- CreateIndex
CREATE UNIQUE INDEX "PriceBook_version_key" ON "PriceBook"("version");

-- CreateIndex
CREATE UNIQUE INDEX "PriceBook_ordinal_key" ON "PriceBook"("ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "PriceBook_sha256_key" ON "PriceBook"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "Price_priceBookId_sku_currency_model_key" ON "Price"("priceBookId", "sku", "currency", "model");

-- CreateIndex
CREATE UNIQUE INDEX "Target_name_regionCode_key" ON "Target"("name", "regionCode");

-- CreateIndex
CREATE UNIQUE INDEX "PlanPreview_reservedTenantId_key" ON "PlanPreview"("reservedTenantId");

-- CreateIndex
CREATE UNIQUE INDEX "PlanPreview_reservedRef_key" ON "PlanPreview"("reservedRef");

-- CreateIndex
CREATE INDEX "PlanPreview_organisationId_createdAt_idx" ON "PlanPreview"("organisationId", "createdAt");

-- CreateIndex
CREATE INDEX "PlanPreview_expiresAt_idx" ON "PlanPreview"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "Quote_number_key" ON "Quote"("number");

-- CreateIndex
CREATE UNIQUE INDEX "Quote_linkHash_key" ON "Quote"("linkHash");

-- CreateIndex
CREATE INDEX "Quote_organisationId_createdAt_idx" ON "Quote"("organisationId", "createdAt");

-- CreateIndex
CREATE INDEX "Quote_state_validUntil_idx" ON "Quote"("state", "validUntil");

-- CreateIndex
CREATE UNIQUE INDEX "Order_number_key" ON "Order"("number");

-- CreateIndex
CREATE UNIQUE INDEX "Order_previewId_key" ON "Order"("previewId");

-- CreateIndex
CREATE UNIQUE INDEX "Order_quoteId_key" ON "Order"("quoteId");

-- CreateIndex
CREATE UNIQUE INDEX "Order_tenantId_key" ON "Order"("tenantId");

-- CreateIndex
CREATE INDEX "Order_organisationId_createdAt_idx" ON "Order"("organisationId", "createdAt");

-- CreateIndex
CREATE INDEX "Order_state_idx" ON "Order"("state");

-- CreateIndex
CREATE INDEX "Approval_state_requestedAt_idx" ON "Approval"("state", "requestedAt");

-- CreateIndex
CREATE INDEX "Approval_orderId_idx" ON "Approval"("orderId");

-- CreateIndex
CREATE INDEX "Approval_quoteId_idx" ON "Approval"("quoteId");

-- CreateIndex
CREATE INDEX "Approval_runId_idx" ON "Approval"("runId");

-- CreateIndex
CREATE UNIQUE INDEX "Subscription_orderId_key" ON "Subscription"("orderId");

-- CreateIndex
CREATE UNIQUE INDEX "Subscription_tenantId_key" ON "Subscription"("tenantId");

-- CreateIndex
CREATE INDEX "Subscription_organisationId_startedAt_idx" ON "Subscription"("organisationId", "startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Organisation_slug_key" ON "Organisation"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "Membership_userId_idx" ON "Membership"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Membership_organisationId_userId_key" ON "Membership"("organisationId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_hash_key" ON "ApiToken"("hash");

-- CreateIndex
CREATE INDEX "ApiToken_organisationId_createdAt_idx" ON "ApiToken"("organisationId", "createdAt");

-- CreateIndex
CREATE INDEX "ApiToken_userId_idx" ON "ApiToken"("userId");

-- CreateIndex
CREATE INDEX "SignInAttempt_subject_at_idx" ON "SignInAttempt"("subject", "at");

-- CreateIndex
CREATE INDEX "Run_organisationId_queuedAt_idx" ON "Run"("organisationId", "queuedAt");

-- CreateIndex
CREATE INDEX "Run_state_idx" ON "Run"("state");

-- CreateIndex
CREATE UNIQUE INDEX "Run_tenantId_number_key" ON "Run"("tenantId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "RunStep_runId_name_key" ON "RunStep"("runId", "name");

-- CreateIndex
CREATE INDEX "Event_subjectKind_subjectId_txid_seq_idx" ON "Event"("subjectKind", "subjectId", "txid", "seq");

-- CreateIndex
CREATE INDEX "Event_organisationId_txid_seq_idx" ON "Event"("organisationId", "txid", "seq");

-- CreateIndex
CREATE INDEX "Event_tenantId_txid_seq_idx" ON "Event"("tenantId", "txid", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "Tenant_ref_key" ON "Tenant"("ref");

-- CreateIndex
CREATE INDEX "Tenant_organisationId_createdAt_idx" ON "Tenant"("organisationId", "createdAt");

-- CreateIndex
CREATE INDEX "Tenant_state_idx" ON "Tenant"("state");

-- CreateIndex
CREATE UNIQUE INDEX "Endpoint_tenantId_name_key" ON "Endpoint"("tenantId", "name");

-- CreateIndex
CREATE INDEX "KeyReveal_tenantId_idx" ON "KeyReveal"("tenantId");

-- AddForeignKey
ALTER TABLE "AuditEntry" ADD CONSTRAINT "AuditEntry_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Plan" ADD CONSTRAINT "Plan_offeringVersionId_fkey" FOREIGN KEY ("offeringVersionId") REFERENCES "OfferingVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Module" ADD CONSTRAINT "Module_offeringVersionId_fkey" FOREIGN KEY ("offeringVersionId") REFERENCES "OfferingVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Price" ADD CONSTRAINT "Price_priceBookId_fkey" FOREIGN KEY ("priceBookId") REFERENCES "PriceBook"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Target" ADD CONSTRAINT "Target_regionCode_fkey" FOREIGN KEY ("regionCode") REFERENCES "Region"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanPreview" ADD CONSTRAINT "PlanPreview_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanPreview" ADD CONSTRAINT "PlanPreview_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanPreview" ADD CONSTRAINT "PlanPreview_offeringVersionId_fkey" FOREIGN KEY ("offeringVersionId") REFERENCES "OfferingVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanPreview" ADD CONSTRAINT "PlanPreview_priceBookId_fkey" FOREIGN KEY ("priceBookId") REFERENCES "PriceBook"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PlanPreview" ADD CONSTRAINT "PlanPreview_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Quote" ADD CONSTRAINT "Quote_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Quote" ADD CONSTRAINT "Quote_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Quote" ADD CONSTRAINT "Quote_acceptedById_fkey" FOREIGN KEY ("acceptedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Quote" ADD CONSTRAINT "Quote_offeringVersionId_fkey" FOREIGN KEY ("offeringVersionId") REFERENCES "OfferingVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Quote" ADD CONSTRAINT "Quote_priceBookId_fkey" FOREIGN KEY ("priceBookId") REFERENCES "PriceBook"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Quote" ADD CONSTRAINT "Quote_previewId_fkey" FOREIGN KEY ("previewId") REFERENCES "PlanPreview"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_placedById_fkey" FOREIGN KEY ("placedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_offeringVersionId_fkey" FOREIGN KEY ("offeringVersionId") REFERENCES "OfferingVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_priceBookId_fkey" FOREIGN KEY ("priceBookId") REFERENCES "PriceBook"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_previewId_fkey" FOREIGN KEY ("previewId") REFERENCES "PlanPreview"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_quoteId_fkey" FOREIGN KEY ("quoteId") REFERENCES "Quote"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "Order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_quoteId_fkey" FOREIGN KEY ("quoteId") REFERENCES "Quote"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_decidedById_fkey" FOREIGN KEY ("decidedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "Order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_offeringVersionId_fkey" FOREIGN KEY ("offeringVersionId") REFERENCES "OfferingVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_priceBookId_fkey" FOREIGN KEY ("priceBookId") REFERENCES "PriceBook"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "IdempotencyKey" ADD CONSTRAINT "IdempotencyKey_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "Order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunStep" ADD CONSTRAINT "RunStep_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunResource" ADD CONSTRAINT "RunResource_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Tenant" ADD CONSTRAINT "Tenant_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Tenant" ADD CONSTRAINT "Tenant_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "Target"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Tenant" ADD CONSTRAINT "Tenant_offeringVersionId_fkey" FOREIGN KEY ("offeringVersionId") REFERENCES "OfferingVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Endpoint" ADD CONSTRAINT "Endpoint_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "KeyReveal" ADD CONSTRAINT "KeyReveal_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "KeyReveal" ADD CONSTRAINT "KeyReveal_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TenantResource" ADD CONSTRAINT "TenantResource_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "KpiSample" ADD CONSTRAINT "KpiSample_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A tenant's API keys are part of what it is to be: each is made, rotated and revoked by a run. Secrets are not here, only their hashes.
CREATE TABLE "TenantKey" (
    "id" UUID NOT NULL,
    "organisationId" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "party" TEXT,
    "lifetimeDays" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdById" UUID,
    "revokedAt" TIMESTAMPTZ(3),
    "revokedById" UUID,

    CONSTRAINT "TenantKey_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "TenantKey_organisationId_fkey" FOREIGN KEY ("organisationId") REFERENCES "Organisation"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "TenantKey_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "TenantKey_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "TenantKey_revokedById_fkey" FOREIGN KEY ("revokedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "TenantKey_organisationId_createdAt_idx" ON "TenantKey"("organisationId", "createdAt");
CREATE INDEX "TenantKey_tenantId_createdAt_idx" ON "TenantKey"("tenantId", "createdAt");
CREATE UNIQUE INDEX "tenant_key_name_in_use" ON "TenantKey" ("tenantId", name) WHERE "revokedAt" IS NULL;

-- The secrets of a key that the target knows: after a rotation two are valid for a while.
CREATE TABLE "TenantKeyVersion" (
    "keyId" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "registryId" TEXT NOT NULL DEFAULT '',
    "prefix" TEXT NOT NULL DEFAULT '',
    "hash" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdById" UUID,
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "noticedAt" TIMESTAMPTZ(3),

    CONSTRAINT "TenantKeyVersion_pkey" PRIMARY KEY ("keyId", "generation"),
    CONSTRAINT "TenantKeyVersion_keyId_fkey" FOREIGN KEY ("keyId") REFERENCES "TenantKey"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "TenantKeyVersion_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "TenantKeyVersion_expiresAt_idx" ON "TenantKeyVersion"("expiresAt");

-- What waits to be shown says which secret it is; empty for one from before there were several.
ALTER TABLE "KeyReveal" ADD COLUMN "registryId" TEXT NOT NULL DEFAULT '';
ALTER TABLE "KeyReveal" ADD COLUMN "hash" TEXT NOT NULL DEFAULT '';

-- Tenants that run have the key they were made with.
INSERT INTO "TenantKey" (id, "organisationId", "tenantId", name, scopes, "createdAt")
SELECT gen_random_uuid(), t."organisationId", t.id, 'default', ARRAY['read', 'write'], coalesce(t."activeAt", t."createdAt")
FROM "Tenant" t WHERE EXISTS (SELECT 1 FROM "Endpoint" e WHERE e."tenantId" = t.id);
INSERT INTO "TenantKeyVersion" ("keyId", generation, prefix, "createdAt")
SELECT k.id, 1, (SELECT e."keyPrefix" FROM "Endpoint" e WHERE e."tenantId" = k."tenantId" ORDER BY e."createdAt" LIMIT 1), k."createdAt" FROM "TenantKey" k;
UPDATE "TenantKeyVersion" v SET "registryId" = r."providerId", hash = coalesce(r.outputs ->> 'hash', '')
FROM "TenantKey" k JOIN "TenantResource" r ON r."tenantId" = k."tenantId" AND r.type LIKE '%:ApiKey' WHERE k.id = v."keyId";

ALTER TABLE "TenantKey" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "TenantKey" FORCE ROW LEVEL SECURITY;
CREATE POLICY own_organisation ON "TenantKey" USING (app_platform() OR "organisationId" = app_organisation());
ALTER TABLE "TenantKeyVersion" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "TenantKeyVersion" FORCE ROW LEVEL SECURITY;
CREATE POLICY own_organisation ON "TenantKeyVersion" USING (app_platform() OR EXISTS (SELECT 1 FROM "TenantKey" p WHERE p.id = "keyId"));
REVOKE DELETE, TRUNCATE ON "TenantKey" FROM industry_cloud_app;
REVOKE TRUNCATE ON "TenantKeyVersion" FROM industry_cloud_app;

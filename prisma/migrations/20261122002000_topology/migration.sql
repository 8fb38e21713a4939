-- What a tenant consists of as it was last seen, for the picture on its page: overwritten every few seconds, so no event tells of it.
ALTER TABLE "Tenant" ADD COLUMN "topology" JSONB NOT NULL DEFAULT '{}';

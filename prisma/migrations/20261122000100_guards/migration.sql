-- What the schema language cannot say: referees, append-only tables, row-level security, rights of the application role.

-- A tenant has at most one live run; the database is the referee.
CREATE UNIQUE INDEX "run_one_live_per_tenant" ON "Run" ("tenantId") WHERE state IN ('planning', 'awaiting_approval', 'running');
-- Names are unique within an organisation while the tenant is there; a retired tenant's name is free again.
CREATE UNIQUE INDEX "tenant_name_in_use" ON "Tenant" ("organisationId", name) WHERE state <> 'retired';
-- One open question per subject.
CREATE UNIQUE INDEX "approval_one_pending_per_order" ON "Approval" ("orderId", kind) WHERE state = 'pending';
CREATE UNIQUE INDEX "approval_one_pending_per_quote" ON "Approval" ("quoteId", kind) WHERE state = 'pending';
CREATE UNIQUE INDEX "approval_one_pending_per_run" ON "Approval" ("runId", kind) WHERE state = 'pending';
-- A price without a model is unique too.
CREATE UNIQUE INDEX "price_one_per_sku" ON "Price" ("priceBookId", sku, currency) WHERE model IS NULL;

ALTER TABLE "Approval"
  ADD CONSTRAINT "approval_one_subject" CHECK (num_nonnulls("orderId", "quoteId", "runId") = 1),
  ADD CONSTRAINT "approval_decided" CHECK ((state IN ('approved', 'rejected')) = ("decidedAt" IS NOT NULL AND "decidedById" IS NOT NULL));
ALTER TABLE "Quote" ADD CONSTRAINT "quote_discount" CHECK ("discountBp" BETWEEN 0 AND 10000);
ALTER TABLE "Price" ADD CONSTRAINT "price_not_negative" CHECK (micro >= 0);
ALTER TABLE "Subscription" ADD CONSTRAINT "subscription_ends_after_start" CHECK ("endedAt" IS NULL OR "endedAt" >= "startedAt");
ALTER TABLE "PlanPreview"
  ADD CONSTRAINT "preview_ready_has_plan" CHECK (state NOT IN ('ready', 'consumed') OR (plan IS NOT NULL AND "planHash" IS NOT NULL));
ALTER TABLE "AuditEntry"
  ADD CONSTRAINT "audit_sealed_whole" CHECK (num_nonnulls("chainSeq", "prevHash", hash) IN (0, 3));

-- Whoever holds a higher number may write; drawn when a worker takes a run.
CREATE SEQUENCE run_fence_seq;
CREATE SEQUENCE order_number_seq;
CREATE SEQUENCE quote_number_seq;

-- Readers are woken at commit and then read rows; the payload only says whom it concerns.
CREATE FUNCTION notify_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('event', json_build_object('kind', NEW."subjectKind", 'id', NEW."subjectId", 'tenant', NEW."tenantId", 'org', NEW."organisationId")::text);
  RETURN NULL;
END $$;
CREATE TRIGGER notify_event AFTER INSERT ON "Event" FOR EACH ROW EXECUTE FUNCTION notify_event();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Event" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE ON "AuditEntry" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON "AuditEntry" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON "Event" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "AuditCheckpoint" FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- An audit entry may be sealed once; nothing else of it ever changes.
CREATE FUNCTION guard_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."chainSeq" IS NOT NULL
     OR (to_jsonb(NEW) - ARRAY['chainSeq', 'prevHash', 'hash']) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['chainSeq', 'prevHash', 'hash']) THEN
    RAISE EXCEPTION 'AuditEntry is append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sealed_once BEFORE UPDATE ON "AuditEntry" FOR EACH ROW EXECUTE FUNCTION guard_audit_entry();

-- Published things do not change.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Price" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "PriceBook" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE FUNCTION guard_offering_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.manifest IS DISTINCT FROM OLD.manifest OR NEW.sha256 <> OLD.sha256 OR NEW.version <> OLD.version OR NEW.slug <> OLD.slug THEN
    RAISE EXCEPTION 'a published offering version does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER immutable_manifest BEFORE UPDATE ON "OfferingVersion" FOR EACH ROW EXECUTE FUNCTION guard_offering_version();

-- Row-level security: the second wall. A transaction says for whom it works: app.organisation_id, or app.scope = 'platform'.
CREATE FUNCTION app_platform() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(current_setting('app.scope', true), '') = 'platform' $$;
CREATE FUNCTION app_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('app.organisation_id', true), '')::uuid $$;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['Membership', 'ApiToken', 'IdempotencyKey', 'PlanPreview', 'Quote', 'Order', 'Approval', 'Subscription', 'Tenant',
                           'KeyReveal', 'Run', 'Event', 'AuditEntry'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_organisation ON %I USING (app_platform() OR "organisationId" = app_organisation())', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['Endpoint', 'TenantResource', 'KpiSample'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_organisation ON %I USING (app_platform() OR EXISTS (SELECT 1 FROM "Tenant" p WHERE p.id = "tenantId"))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['RunStep', 'RunResource'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_organisation ON %I USING (app_platform() OR EXISTS (SELECT 1 FROM "Run" p WHERE p.id = "runId"))', t);
  END LOOP;
END $$;
ALTER TABLE "Organisation" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Organisation" FORCE ROW LEVEL SECURITY;
CREATE POLICY own_organisation ON "Organisation" USING (app_platform() OR id = app_organisation());
ALTER TABLE "User" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "User" FORCE ROW LEVEL SECURITY;
-- People of one's own organisation, and those of the platform: an approval says who gave it. Asked with the platform's eyes, since the
-- memberships it looks at are behind a policy themselves.
CREATE FUNCTION app_sees_person(person uuid, organisation uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public AS $$
DECLARE
  scope_before text := coalesce(current_setting('app.scope', true), '');
  seen boolean;
BEGIN
  PERFORM set_config('app.scope', 'platform', true);
  SELECT EXISTS (
    SELECT 1 FROM public."Membership" m JOIN public."Organisation" o ON o.id = m."organisationId"
     WHERE m."userId" = person AND (m."organisationId" = organisation OR o.kind = 'platform')) INTO seen;
  PERFORM set_config('app.scope', scope_before, true);
  RETURN seen;
END $$;
CREATE POLICY own_organisation ON "User" USING (app_platform() OR (app_organisation() IS NOT NULL AND app_sees_person(id, app_organisation())));

-- The application's rights, as a group that login roles are members of.
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'industry_cloud_app') THEN
    CREATE ROLE industry_cloud_app NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
GRANT USAGE ON SCHEMA public TO industry_cloud_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO industry_cloud_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO industry_cloud_app;
REVOKE DELETE, TRUNCATE ON "AuditEntry", "AuditCheckpoint", "Event", "Order", "Subscription", "Run", "Approval" FROM industry_cloud_app;
REVOKE UPDATE ON "Event", "AuditCheckpoint", "Price", "PriceBook" FROM industry_cloud_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO industry_cloud_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO industry_cloud_app;

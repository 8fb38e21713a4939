/**
 * Schema of database `registry` in the tenants' cluster, as idempotent DDL. The target's owner connection applies it; the gateway's role
 * `gateway` reads it and may write nothing but when a key was last used.
 */
import { escapeLiteral, type Client, type ClientBase } from 'pg';

/** Anything that runs a statement: a pool, a client, a client inside a transaction. */
export type Queryable = Pick<ClientBase, 'query'>;

export const REGISTRY_DATABASE = 'registry';
export const GATEWAY_ROLE = 'gateway';
/** Channel of wake-ups; the payload is the tenant's ref, or empty when every reader should look anew. */
export const REGISTRY_CHANNEL = 'registry_changed';

/** Serialises whoever applies the schema; a number of our own, the same in every process. */
const SCHEMA_LOCK = 4_017_001;

const TABLES = `
CREATE TABLE IF NOT EXISTS api_description (
  hash text PRIMARY KEY,
  api jsonb NOT NULL
);

CREATE TABLE IF NOT EXISTS route (
  ref text PRIMARY KEY,
  marker text NOT NULL,
  title text NOT NULL,
  offering text NOT NULL,
  version text NOT NULL,
  modules text[] NOT NULL,
  host text NOT NULL,
  port integer NOT NULL,
  database text NOT NULL,
  role text NOT NULL,
  sealed_password text NOT NULL,
  limits jsonb NOT NULL,
  api_hash text NOT NULL REFERENCES api_description,
  -- Two causes close a route, people and the storage quota; each is undone by itself.
  opened boolean NOT NULL DEFAULT true,
  storage_full boolean NOT NULL DEFAULT false,
  state text NOT NULL GENERATED ALWAYS AS (
    CASE WHEN NOT opened THEN 'closed' WHEN storage_full THEN 'read_only' ELSE 'open' END) STORED,
  storage_bytes bigint NOT NULL DEFAULT 0,
  storage_level text NOT NULL DEFAULT 'ok' CHECK (storage_level IN ('ok', 'warn', 'alert', 'full')),
  storage_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- The server of its own that the database is in; NULL for one of this cluster.
ALTER TABLE route ADD COLUMN IF NOT EXISTS instance text;

CREATE TABLE IF NOT EXISTS api_key (
  id text PRIMARY KEY,
  ref text NOT NULL,
  marker text NOT NULL,
  prefix text NOT NULL,
  hash text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
  scopes text[] NOT NULL CHECK (scopes <@ ARRAY['read', 'write']),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);
-- Of whom the rows are that the key sees; NULL: it works for the tenant itself.
ALTER TABLE api_key ADD COLUMN IF NOT EXISTS party text;
CREATE INDEX IF NOT EXISTS api_key_ref ON api_key (ref);

-- A key's plaintext between its making and the platform's reveal row, sealed; taken once.
CREATE TABLE IF NOT EXISTS key_reveal (
  ref text NOT NULL,
  key_id text PRIMARY KEY,
  sealed text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
-- A registry from before tenants had several keys kept one for each tenant.
DO $body$ BEGIN
  IF EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
             WHERE i.indrelid = 'key_reveal'::regclass AND i.indisprimary AND a.attname = 'ref') THEN
    ALTER TABLE key_reveal DROP CONSTRAINT key_reveal_pkey, ADD PRIMARY KEY (key_id);
  END IF;
END $body$;
CREATE INDEX IF NOT EXISTS key_reveal_ref ON key_reveal (ref);

-- Links of hybrid tenants that need processes of their own; the port is where a relay listens for the edge, on the loopback.
CREATE TABLE IF NOT EXISTS link (
  ref text PRIMARY KEY,
  mode text NOT NULL CHECK (mode IN ('tunnel', 'push')),
  port integer,
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- Passwords with which the two sides of a hybrid tenant dial each other are derived from a number: the one in force, and the one that is to
-- come into force. No row: 0.
CREATE TABLE IF NOT EXISTS link_password (
  ref text PRIMARY KEY,
  generation integer NOT NULL DEFAULT 0,
  wanted integer NOT NULL DEFAULT 0 CHECK (wanted IN (generation, generation + 1)),
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- Hybrid tenants that the cluster's replication settings have to carry: taken before anything of the link is made.
CREATE TABLE IF NOT EXISTS link_seat (
  ref text PRIMARY KEY,
  taken_at timestamptz NOT NULL DEFAULT now()
);

-- Processes of tenants beside their databases, and how they run.
CREATE TABLE IF NOT EXISTS workload (
  ref text NOT NULL,
  name text NOT NULL,
  marker text NOT NULL,
  offering text NOT NULL,
  entry text NOT NULL,
  instance text,
  database text NOT NULL,
  role text NOT NULL,
  memory_mib integer NOT NULL,
  settings jsonb NOT NULL,
  content text NOT NULL,
  state text NOT NULL DEFAULT 'starting' CHECK (state IN ('starting', 'running', 'failing', 'stopped', 'ending')),
  restarts integer NOT NULL DEFAULT 0,
  trouble text NOT NULL DEFAULT '',
  PRIMARY KEY (ref, name)
);

-- Who may sign short-lived tokens for tenants' APIs: Ed25519 public keys.
CREATE TABLE IF NOT EXISTS issuer (
  id text PRIMARY KEY,
  public_key text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
`;

/** Usage counters change often and concern no cache, so they ring no bell. */
const NOTIFICATIONS = `
CREATE OR REPLACE FUNCTION registry_notify() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  -- Branches, not one CASE: an expression that names a field of OLD or NEW needs the row to have it.
  IF TG_TABLE_NAME = 'issuer' THEN
    PERFORM pg_notify('${REGISTRY_CHANNEL}', '');
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM pg_notify('${REGISTRY_CHANNEL}', OLD.ref);
  ELSE
    PERFORM pg_notify('${REGISTRY_CHANNEL}', NEW.ref);
  END IF;
  RETURN NULL;
END $body$;

CREATE OR REPLACE TRIGGER route_changed AFTER INSERT OR DELETE
  OR UPDATE OF title, offering, version, modules, host, port, database, role, sealed_password, limits, api_hash,
               opened, storage_full
  ON route FOR EACH ROW EXECUTE FUNCTION registry_notify();
CREATE OR REPLACE TRIGGER route_level_changed AFTER UPDATE OF storage_level ON route FOR EACH ROW
  WHEN (OLD.storage_level IS DISTINCT FROM NEW.storage_level) EXECUTE FUNCTION registry_notify();
CREATE OR REPLACE TRIGGER api_key_changed AFTER INSERT OR DELETE
  OR UPDATE OF ref, hash, scopes, party, expires_at, revoked_at
  ON api_key FOR EACH ROW EXECUTE FUNCTION registry_notify();
CREATE OR REPLACE TRIGGER issuer_changed AFTER INSERT OR DELETE OR UPDATE
  ON issuer FOR EACH ROW EXECUTE FUNCTION registry_notify();
`;

const GRANTS = `
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${GATEWAY_ROLE};
GRANT USAGE ON SCHEMA public TO ${GATEWAY_ROLE};
GRANT SELECT ON route, api_description, api_key, issuer TO ${GATEWAY_ROLE};
GRANT UPDATE (last_used_at) ON api_key TO ${GATEWAY_ROLE};
`;

/** Makes database, role and schema of the registry, or brings them up to date. Safe to run from several processes at once.
 * @param admin superuser connection to any other database of the cluster (a single client: an advisory lock is held on it)
 * @param openRegistry connects as superuser to database `registry`
 * @param gatewayPassword what role `gateway` signs in with, set anew on every call; null leaves it as it is */
export async function ensureRegistry(
  admin: Queryable,
  openRegistry: () => Promise<Client>,
  gatewayPassword: string | null,
): Promise<void> {
  await admin.query('SELECT pg_advisory_lock($1)', [SCHEMA_LOCK]);
  try {
    await ensureGatewayRole(admin, gatewayPassword);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [REGISTRY_DATABASE]);
    if (rowCount === 0) await admin.query(`CREATE DATABASE ${REGISTRY_DATABASE}`);
    await admin.query(`REVOKE ALL ON DATABASE ${REGISTRY_DATABASE} FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE ${REGISTRY_DATABASE} TO ${GATEWAY_ROLE}`);
    const registry = await openRegistry();
    try {
      await registry.query(`BEGIN; ${TABLES} ${NOTIFICATIONS} ${GRANTS} COMMIT;`);
    } finally {
      await registry.end();
    }
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [SCHEMA_LOCK]);
  }
}

async function ensureGatewayRole(admin: Queryable, password: string | null): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [GATEWAY_ROLE]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await admin.query(
    `${verb} ROLE ${GATEWAY_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT
       CONNECTION LIMIT 10 ${password === null ? '' : `PASSWORD ${escapeLiteral(password)}`}`,
  );
}

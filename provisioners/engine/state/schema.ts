import { Client } from 'pg';

/** Any fixed number: one preparation at a time, however many processes start together. */
const PREPARE_LOCK = 7_266_011_530_011n;

/** What PostgreSQL answers a CLI that has lost its stack. */
const FENCED = 'ENG01';

const STATEMENTS = `
-- Asked for only when it is missing: who owns it need not be allowed to create schemas.
DO $$ BEGIN
  IF to_regnamespace('pulumi') IS NULL THEN CREATE SCHEMA pulumi; END IF;
END $$;

-- The table of the CLI's postgres:// backend (search_path=pulumi): its names, its types, its index.
CREATE TABLE IF NOT EXISTS pulumi.pulumi_state (
  key        text PRIMARY KEY,
  data       json NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS pulumi_state_key_prefix_idx ON pulumi.pulumi_state (key text_pattern_ops);

-- Who may write a stack: the highest fence that took it.
CREATE TABLE IF NOT EXISTS pulumi.stack_fence (
  stack    text PRIMARY KEY,
  fence    bigint NOT NULL,
  holder   text NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT now()
);

-- A CLI that an engine has started says in its connection for which fence it works: once that is lost, it writes no state any more, and
-- so begins nothing more. Those who say nothing (the embedded engine, which checks by itself; somebody at a terminal) pass.
CREATE OR REPLACE FUNCTION pulumi.refuse_fenced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(NEW.key, OLD.key) NOT LIKE '%/.pulumi/stacks/%' THEN RETURN coalesce(NEW, OLD); END IF;
  PERFORM 1 FROM pulumi.stack_fence
   WHERE stack = current_setting('engine.stack') AND fence = current_setting('engine.fence')::bigint
     AND holder = current_setting('engine.holder') FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'stack % was taken with a higher fence', current_setting('engine.stack') USING ERRCODE = '${FENCED}';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE OR REPLACE TRIGGER refuse_fenced BEFORE INSERT OR UPDATE OR DELETE ON pulumi.pulumi_state FOR EACH ROW
  WHEN (nullif(current_setting('engine.fence', true), '') IS NOT NULL) EXECUTE FUNCTION pulumi.refuse_fenced();

-- How the latest runs of each stack ended. The CLI keeps such a history in files of its own.
CREATE TABLE IF NOT EXISTS pulumi.stack_run (
  stack     text NOT NULL,
  number    bigint GENERATED ALWAYS AS IDENTITY,
  operation text NOT NULL,
  fence     bigint NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at  timestamptz NOT NULL DEFAULT now(),
  ok        boolean NOT NULL,
  counts    jsonb NOT NULL,
  resources jsonb NOT NULL,
  errors    jsonb NOT NULL,
  PRIMARY KEY (stack, number)
);

-- One salt per installation, so that a process derives one key and not one per stack.
CREATE TABLE IF NOT EXISTS pulumi.installation (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  salt      text NOT NULL
);

-- Layout version of the CLI's backend: stacks have projects. Keys begin with the database's name.
INSERT INTO pulumi.pulumi_state (key, data)
VALUES (current_database() || '/.pulumi/meta.yaml',
        json_build_object('data', encode(convert_to(E'version: 1\\n', 'UTF8'), 'base64')))
ON CONFLICT DO NOTHING;
`;

/**
 * Make the schema `pulumi` in a database. Safe to repeat and to run from several processes at once.
 * @param url with a role that may create a schema, or that owns it
 */
export async function prepareStateSchema(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [PREPARE_LOCK.toString()]);
    await client.query(STATEMENTS);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/**
 * The moment in which nobody writes: from then on the old database takes no write from any of the tenant's roles, also when this process
 * dies, and is read as before. Every call with a key leaves its answer in one table, so a trigger there comes first: what came before it
 * is over when it is there, what comes after, or was waiting, fails as a whole. Then the other tables get it, one after the other: some
 * calls need no key. The superuser's own work goes on.
 */
import type { ClientBase } from 'pg';
import { inTransaction } from '../cluster.ts';
import { OURS } from './tables.ts';

/** How long writes under way may take to end. */
const DRAIN_MS = 8_000;
/** SQLSTATE cannot_connect_now: callers are told to try again in a moment. */
const MOVING = '57P03';

const FENCE = 'BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON';
const REFUSE = 'FOR EACH STATEMENT EXECUTE FUNCTION pack.refuse_while_moving()';

export async function raiseFence(from: ClientBase): Promise<void> {
  await inTransaction(from, () =>
    from.query(`
      SET LOCAL lock_timeout = ${DRAIN_MS};
      CREATE OR REPLACE FUNCTION pack.refuse_while_moving() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user) THEN
          RAISE EXCEPTION 'the tenant is moving' USING ERRCODE = '${MOVING}';
        END IF;
        RETURN NULL;
      END $$;
      CREATE OR REPLACE TRIGGER moving ${FENCE} pack.idempotency ${REFUSE}`),
  );
  await forEachRow(
    from,
    `SELECT format('CREATE OR REPLACE TRIGGER moving ${FENCE} %I.%I ${REFUSE}', n.nspname, c.relname)
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND ${OURS}`,
  );
}

/** Lets writes in again; fine when there is no fence. */
export async function lowerFence(from: ClientBase): Promise<void> {
  await forEachRow(
    from,
    `SELECT format('DROP TRIGGER moving ON %s', tgrelid::regclass) FROM pg_trigger
     WHERE tgfoid = to_regprocedure('pack.refuse_while_moving()')`,
  );
  await from.query('DROP FUNCTION IF EXISTS pack.refuse_while_moving()');
}

/** Runs every statement that a query gives, each in a transaction of its own: no two tables are locked at once. */
async function forEachRow(from: ClientBase, statements: string): Promise<void> {
  await from.query(`
    DO $do$
    DECLARE statement text;
    BEGIN
      FOR statement IN ${statements} LOOP
        EXECUTE statement;
        COMMIT;
      END LOOP;
    END $do$`);
}

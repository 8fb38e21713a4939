/** Workloads in the registry: what is to run, written by their resources, and how it runs, written by the process that runs them. */
import type { Queryable } from '../../../../server/registry/schema.ts';

/** `stopped`: the tenant's route is closed; `ending`: to be ended and forgotten. */
export type WorkloadState = 'starting' | 'running' | 'failing' | 'stopped' | 'ending';

export interface WorkloadSpec {
  readonly ref: string;
  readonly name: string;
  readonly offering: string;
  readonly entry: string;
  /** The server that its database is in; null for the shared cluster. */
  readonly instance: string | null;
  readonly database: string;
  readonly role: string;
  readonly memoryMib: number;
  readonly settings: Readonly<Record<string, number>>;
  /** Names the content it works on; another one starts it anew. */
  readonly content: string;
}

export interface WorkloadRow extends WorkloadSpec {
  readonly marker: string;
  readonly state: WorkloadState;
  readonly restarts: number;
  /** Why it ended last; empty when it never did. */
  readonly trouble: string;
  /** Whether the tenant is served. */
  readonly wanted: boolean;
}

const COLUMNS = `w.ref, w.name, w.marker, w.offering, w.entry, w.instance, w.database, w.role, w.memory_mib AS "memoryMib", w.settings,
  w.content, w.state, w.restarts, w.trouble`;

/** Made or changed, it is started anew. */
export async function putWorkload(registry: Queryable, spec: WorkloadSpec, marker: string): Promise<void> {
  const { ref, name, offering, entry, instance, database, role, memoryMib, settings, content } = spec;
  await registry.query(
    `INSERT INTO workload (ref, name, marker, offering, entry, instance, database, role, memory_mib, settings, content)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (ref, name) DO UPDATE SET marker = excluded.marker, offering = excluded.offering, entry = excluded.entry,
       instance = excluded.instance, database = excluded.database, role = excluded.role, memory_mib = excluded.memory_mib,
       settings = excluded.settings, content = excluded.content, state = 'starting', trouble = '', restarts = 0`,
    [ref, name, marker, offering, entry, instance, database, role, memoryMib, JSON.stringify(settings), content],
  );
}

export async function findWorkload(registry: Queryable, ref: string, name: string): Promise<WorkloadRow | null> {
  const { rows } = await registry.query<WorkloadRow>(
    `SELECT ${COLUMNS}, true AS wanted FROM workload w WHERE w.ref = $1 AND w.name = $2`,
    [ref, name],
  );
  return rows[0] ?? null;
}

/** @param ref of one tenant; absent: all */
export async function listWorkloads(registry: Queryable, ref: string | null = null): Promise<readonly WorkloadRow[]> {
  const { rows } = await registry.query<WorkloadRow>(
    `SELECT ${COLUMNS}, coalesce(r.opened, true) AS wanted FROM workload w LEFT JOIN route r USING (ref)
     WHERE $1::text IS NULL OR w.ref = $1 ORDER BY w.ref, w.name`,
    [ref],
  );
  return rows;
}

/** What is being ended stays so. */
export async function noteWorkload(
  registry: Queryable,
  { ref, name }: Pick<WorkloadRow, 'ref' | 'name'>,
  { state, restarts, trouble }: Pick<WorkloadRow, 'state' | 'restarts' | 'trouble'>,
): Promise<void> {
  await registry.query(
    `UPDATE workload SET state = $3, restarts = $4, trouble = $5 WHERE ref = $1 AND name = $2 AND state <> 'ending'`,
    [ref, name, state, restarts, trouble],
  );
}

export async function endWorkload(registry: Queryable, ref: string, name: string): Promise<void> {
  await registry.query(`UPDATE workload SET state = 'ending' WHERE ref = $1 AND name = $2`, [ref, name]);
}

export async function forgetWorkload(registry: Queryable, ref: string, name: string): Promise<void> {
  await registry.query(`DELETE FROM workload WHERE ref = $1 AND name = $2 AND state = 'ending'`, [ref, name]);
}

/** What the engine's benchmarks run: resources that are nothing but engine, and real ones with the same SQL without it. */
import type { Pool } from 'pg';
import type { PulumiProgram } from '../../provisioners/engine/port.ts';
import { createDatabaseSql, createRoleSql } from '../../provisioners/engine/testing/sample-package.ts';
import { Database, Role, Thing } from '../../provisioners/engine/testing/sample-resources.ts';

/** Ten resources without substance; every third needs the one before it. */
export const tenThings: PulumiProgram = async () => {
  let last: Thing | undefined;
  for (let i = 0; i < 10; i += 1) last = new Thing(`t${i}`, i % 3 === 2 && last ? { after: last.made } : {});
};

interface RealName {
  readonly role: string;
  readonly database: string | null;
}

/** Six roles, four of which own a database: ten resources. */
export function realNames(prefix: string): RealName[] {
  return Array.from({ length: 6 }, (_none, i) => ({
    role: `${prefix}_r${i}`,
    database: i < 4 ? `${prefix}_d${i}` : null,
  }));
}

export function realProgram(names: readonly RealName[]): PulumiProgram {
  return async () => {
    for (const { role, database } of names) {
      const owner = new Role(role, { name: role });
      if (database !== null) new Database(database, { name: database, owner: owner.name });
    }
  };
}

/** The same statements in the same order, as parallel as the engine runs them. */
export async function runBare(pool: Pool, names: readonly RealName[]): Promise<void> {
  await Promise.all(
    names.map(async ({ role, database }) => {
      await pool.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      await pool.query(createRoleSql(role));
      if (database === null) return;
      await pool.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
      await pool.query(createDatabaseSql(database, role));
    }),
  );
}

export async function dropBare(pool: Pool, names: readonly RealName[]): Promise<void> {
  for (const { database } of names) if (database !== null) await pool.query(`DROP DATABASE ${database}`);
  for (const { role } of names) await pool.query(`DROP ROLE ${role}`);
}

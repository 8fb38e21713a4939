/** What of a tenant's workloads still exists, by name. */
import type { Queryable } from '../../../../server/registry/schema.ts';
import { homesOf } from './folders.ts';
import { listWorkloads } from './registry.ts';

/** @param dataDir null for an installation without workloads */
export async function workloadLeftovers(
  registry: Queryable,
  dataDir: string | null,
  ref: string,
): Promise<readonly string[]> {
  const [rows, homes] = await Promise.all([
    listWorkloads(registry, ref),
    dataDir === null ? [] : homesOf(dataDir, ref),
  ]);
  return [...rows.map(({ name }) => `workload ${name}`), ...homes.map((name) => `files of workload ${name}`)];
}

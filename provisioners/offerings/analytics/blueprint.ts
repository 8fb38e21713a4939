/**
 * What a data-analysis tenant consists of: one database with the pack, one API over it; a public edge beside it when it is hybrid, and a process
 * that scans fast when it has that module.
 */
import type { PlanSpec } from '../../../server/domain/manifest.ts';
import { hybridComponents } from '../../kit/hybrid.ts';
import {
  api,
  database,
  workload,
  type BlueprintInput,
  type Component,
  type WorkloadComponent,
} from '../../kit/offering.ts';
import { installedModules, OLAP } from './modules.ts';
import type { AnalyticsParams } from './parameters.ts';

export function blueprint({ params, plan, model, modules }: BlueprintInput<AnalyticsParams>): readonly Component[] {
  const { quotas } = plan;
  const { sample_data: sampleData, edge_link: edgeLink, duckdb_memory_mb: duckdbMemoryMib, ...packParams } = params;
  const installed = installedModules(modules, plan.code);
  const warehouse = database('warehouse', {
    pack: 'analytics',
    modules: installed,
    params: packParams,
    storageGib: quotas.storageGib,
    apiConnections: quotas.apiConnections,
    sqlConnections: quotas.sqlConnections,
    tempFileMib: quotas.tempFileMib,
    seed: sampleData === 'demo' ? 'seed_demo' : null,
  });
  const served = api('v1', {
    of: 'warehouse',
    rps: quotas.rps,
    burst: quotas.burst,
    connections: quotas.apiConnections,
    storageGib: quotas.storageGib,
  });
  const scanner = installed.includes(OLAP) ? [olap(plan, duckdbMemoryMib)] : [];
  if (model !== 'hybrid') return [warehouse, served, ...scanner];
  return [...hybridComponents(warehouse, served, { plan: plan.code, link: edgeLink, edgeParams: {} }), ...scanner];
}

/** What each plan lets the engine have, MiB, and how many threads. */
const ENGINE = {
  S: { memoryMibMax: 128, threads: 1 },
  M: { memoryMibMax: 256, threads: 1 },
  L: { memoryMibMax: 1_024, threads: 2 },
  XL: { memoryMibMax: 4_096, threads: 2 },
} as const satisfies Record<PlanSpec['code'], { readonly memoryMibMax: number; readonly threads: number }>;

/** Of the process beside what the engine counts: Node, the driver, rows on their way, and what the engine does not count. */
const BESIDE_ENGINE_MIB = 320;

function olap({ code, quotas }: BlueprintInput<unknown>['plan'], duckdbMemoryMib: number): WorkloadComponent {
  const { memoryMibMax, threads } = ENGINE[code];
  const memoryMib = Math.min(duckdbMemoryMib, memoryMibMax);
  return workload('olap', {
    of: 'warehouse',
    entry: 'olap/main.ts',
    memoryMib: memoryMib + BESIDE_ENGINE_MIB,
    connections: 2,
    settings: { memoryMib, threads, spillMib: quotas.tempFileMib },
  });
}

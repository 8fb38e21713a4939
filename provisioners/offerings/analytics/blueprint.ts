/**
 * What a data-analysis tenant consists of: a database, served; a public edge beside it when it is hybrid, and a process that scans fast when it
 * has that module.
 */
import type { PlanSpec } from '../../../server/domain/manifest.ts';
import { workload, type BlueprintInput, type Component, type WorkloadComponent } from '../../kit/offering.ts';
import { servedPack } from '../../kit/served-pack.ts';
import { installedModules, OLAP } from './modules.ts';
import type { AnalyticsParams } from './parameters.ts';

export function blueprint({ params, modules, ...order }: BlueprintInput<AnalyticsParams>): readonly Component[] {
  const { sample_data: sampleData, edge_link: edgeLink, duckdb_memory_mb: duckdbMemoryMib, ...packParams } = params;
  const installed = installedModules(modules, order.plan.code);
  const warehouse = servedPack('warehouse', order, {
    pack: 'analytics',
    modules: installed,
    params: packParams,
    seed: sampleData === 'demo' ? 'seed_demo' : null,
    edge: { link: edgeLink, params: {} },
  });
  return installed.includes(OLAP) ? [...warehouse, olap(order.plan, duckdbMemoryMib)] : warehouse;
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

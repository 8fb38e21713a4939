/** Whether a change may be: room on the target for what it adds, and nothing lost of what the tenant holds. */
import type { Component, DatabaseComponent } from '../../provisioners/kit/offering.ts';
import { lossFault } from '../domain/change.ts';
import type { Fault } from '../domain/faults.ts';
import { preflightFault, type PreflightCheck } from '../domain/preflight.ts';
import { targetOf, type WorkerContext } from './context.ts';
import { tenantProgram, type TenantSpec } from './graph.ts';
import { preflightChange } from './preflight.ts';

export interface Assessment {
  /** The first thing that stands against it; null when nothing does. */
  readonly fault: Fault | null;
  readonly checks: readonly PreflightCheck[];
}

export async function assessChange(ctx: WorkerContext, before: TenantSpec, after: TenantSpec): Promise<Assessment> {
  const target = targetOf(ctx, after.target);
  const [old, made] = [tenantProgram(ctx, before).graph, tenantProgram(ctx, after).graph];
  const [holdings, checks] = await Promise.all([
    target.holdings(old, removedModules(old.components, made.components)),
    preflightChange(target, old, made),
  ]);
  const { storageGib, sqlConnections } = after.quotas;
  const fault = lossFault(holdings, { storageGib, sqlConnections }) ?? preflightFault(checks);
  return { fault, checks: [...checks, ...(target.interruptions?.(old, made) ?? [])] };
}

/** Modules that some database has before and has no more afterwards. */
export function removedModules(before: readonly Component[], after: readonly Component[]): readonly string[] {
  const kept = new Map(databasesOf(after).map(({ name, modules }) => [name, modules]));
  const gone = databasesOf(before).flatMap(({ name, modules }) =>
    modules.filter((code) => !kept.get(name)?.includes(code)),
  );
  return [...new Set(gone)];
}

const databasesOf = (components: readonly Component[]): readonly DatabaseComponent[] =>
  components.filter((component) => component.kind === 'database');

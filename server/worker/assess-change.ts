/** Whether a change may be: room on the target for what it adds, and nothing lost of what the tenant holds. */
import type { Component, DatabaseComponent } from '../../provisioners/kit/offering.ts';
import type { Capacity } from '../../provisioners/kit/target.ts';
import { lossFault } from '../domain/change.ts';
import { DomainError, type Fault } from '../domain/faults.ts';
import { asks } from './capacity.ts';
import { targetOf, type WorkerContext } from './context.ts';
import { tenantProgram, type TenantSpec } from './graph.ts';

/** @throws DomainError naming the first thing that stands against it */
export async function assertHarmless(ctx: WorkerContext, before: TenantSpec, after: TenantSpec): Promise<void> {
  const target = targetOf(ctx, after.target);
  const [old, made] = [tenantProgram(ctx, before).graph, tenantProgram(ctx, after).graph];
  const [holdings, capacity] = await Promise.all([
    target.holdings(old, removedModules(old.components, made.components)),
    target.capacity(),
  ]);
  const { storageGib, sqlConnections } = after.quotas;
  const fault =
    lossFault(holdings, { storageGib, sqlConnections }) ?? growthFault(old.components, made.components, capacity);
  if (fault) throw new DomainError(fault);
}

/** The first resource of which the target has less free than the change adds. */
export function growthFault(
  before: readonly Component[],
  after: readonly Component[],
  capacity: readonly Capacity[],
): Fault | null {
  for (const { resource, used, total, unit } of capacity) {
    const asked = asks(after, resource) - asks(before, resource);
    const free = Math.max(0, Math.floor((total - used) * 10) / 10);
    if (asked > free) return { code: 'capacity_exceeded', resource, asked, free, unit };
  }
  return null;
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

/** Whether a target has room for a tenant: what its components promise against what is free. */
import type { Component } from '../../provisioners/kit/offering.ts';
import type { Capacity } from '../../provisioners/kit/target.ts';
import type { Fault } from '../domain/faults.ts';

/** What a tenant asks of a resource that a target counts; of a kind not named here it takes one. */
export function asks(components: readonly Component[], resource: string): number {
  const databases = components.filter((component) => component.kind === 'database');
  const sum = (of: (database: (typeof databases)[number]) => number) => databases.reduce((all, d) => all + of(d), 0);
  const known: Readonly<Record<string, number>> = {
    connections: sum((database) => database.apiConnections + database.sqlConnections),
    databases: databases.length,
    disk: sum((database) => database.storageGib),
  };
  return known[resource] ?? 1;
}

/** The first resource of which too little is free, or null when there is room. */
export function shortage(components: readonly Component[], capacity: readonly Capacity[]): Fault | null {
  for (const { resource, used, total, unit } of capacity) {
    const asked = asks(components, resource);
    const free = Math.max(0, Math.floor((total - used) * 10) / 10);
    if (asked > free) return { code: 'capacity_exceeded', resource, asked, free, unit };
  }
  return null;
}

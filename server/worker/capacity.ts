/** What a tenant's components promise, in the resources that targets count. */
import type { Component } from '../../provisioners/kit/offering.ts';

/** What a tenant asks of a resource; of a kind not named here it takes one. */
export function asks(components: readonly Component[], resource: string): number {
  const databases = components.filter((component) => component.kind === 'database');
  const sum = (of: (database: (typeof databases)[number]) => number) => databases.reduce((all, d) => all + of(d), 0);
  const workloads = components.filter((component) => component.kind === 'workload');
  const ofWorkloads = (of: (workload: (typeof workloads)[number]) => number) =>
    workloads.reduce((all, w) => all + of(w), 0);
  const known: Readonly<Record<string, number>> = {
    connections:
      sum((database) => database.apiConnections + database.sqlConnections) +
      ofWorkloads(({ connections }) => connections),
    databases: databases.length,
    links: components.filter((component) => component.kind === 'link').length,
    disk: sum((database) => database.storageGib),
    // Of tenants with a server of their own; their target looks at that itself.
    servers: 0,
    memory: ofWorkloads(({ memoryMib }) => memoryMib),
  };
  return known[resource] ?? 1;
}

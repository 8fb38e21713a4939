/** A workload component on this target: the process, once its database is there and lets its role in. */
import * as pulumi from '@pulumi/pulumi';
import type { DatabaseComponent, WorkloadComponent } from '../../../kit/offering.ts';
import type { TenantGraph } from '../../../kit/target.ts';
import { Role, Workload, type Instance } from '../resources.ts';
import type { TenantDatabase } from './tenant-database.ts';

/** One that works, and one that takes over from it. */
const SUCCESSORS = 1;

export const workloadRoleName = (ref: string, { name }: WorkloadComponent): string => `${ref}_${name}`;

/** Roles of workloads; made with the database, which has to know who may connect. */
export function workloadRoles(
  ref: string,
  workloads: readonly WorkloadComponent[],
  { tempFileMib }: DatabaseComponent,
  instance: Instance | null,
): { readonly roles: readonly pulumi.Output<string>[]; readonly connections: number } {
  const where = instance === null ? {} : { instance: instance.name };
  const roles = workloads.map((workload) => {
    const name = workloadRoleName(ref, workload);
    const connectionLimit = workload.connections + SUCCESSORS;
    return new Role(
      `${workload.name}-role`,
      { name, ref, login: true, connectionLimit, tempFileMib, ...where },
      instance === null ? {} : { parent: instance, deletedWith: instance },
    );
  });
  const connections = workloads.reduce((all, workload) => all + workload.connections + SUCCESSORS, 0);
  return { roles: roles.map((role) => role.name), connections };
}

interface TenantWorkloadArgs {
  readonly graph: TenantGraph;
  readonly component: WorkloadComponent;
  readonly database: TenantDatabase;
  readonly role: pulumi.Output<string>;
  /** Of the SQL that the tenant has. */
  readonly checksum: string;
  /** Where the database is; null for the shared cluster. */
  readonly instance: Instance | null;
}

export class TenantWorkload extends pulumi.ComponentResource {
  /** Known when it works. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: TenantWorkloadArgs, options: pulumi.ComponentResourceOptions = {}) {
    super('industry:local:TenantWorkload', name, {}, options);
    const { graph, component, database, role, checksum, instance } = args;
    const { entry, memoryMib, settings } = component;
    const { ref, offering } = graph;
    const workload = new Workload(
      `${name}-process`,
      {
        ref,
        name: component.name,
        offering,
        entry,
        database: database.database,
        role,
        memoryMib,
        settings,
        content: checksum,
        ...(instance === null ? {} : { instance: instance.name }),
      },
      { parent: this },
    );
    this.ready = workload.name;
    this.registerOutputs({ ready: this.ready });
  }
}

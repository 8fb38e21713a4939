/**
 * The link of a hybrid tenant on this target: the database between the sides, who may replicate from where, and the three ways. What is in
 * the instance goes with it; what is in the shared cluster is taken apart first.
 */
import * as pulumi from '@pulumi/pulumi';
import type { LinkComponent } from '../../../kit/offering.ts';
import { linkNames, waysOf, type WayName } from '../links/ways.ts';
import { Dmz, LinkAgent, Publication, ReplicationRole, Subscription, type Instance, type Role } from '../resources.ts';
import type { TenantDatabase } from './tenant-database.ts';

/** The stream, a copy and its slot, and two that try whether the wall holds. */
export const REPLICATION_CONNECTIONS = 5;

interface TenantLinkArgs {
  readonly ref: string;
  readonly component: LinkComponent;
  readonly instance: Instance;
  readonly record: TenantDatabase;
  readonly edge: TenantDatabase;
  /** Made with the edge's database, which has to know who may connect. */
  readonly collector: ReplicationRole;
  /** Of a push; likewise. */
  readonly writer: Role | null;
  /** Of the record's SQL. */
  readonly checksum: string;
}

export class TenantLink extends pulumi.ComponentResource {
  /** Known when everything has begun to flow. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: TenantLinkArgs, options: pulumi.ComponentResourceOptions = {}) {
    super('industry:local:TenantLink', name, {}, options);
    const { ref, component, instance, record, edge, collector, writer, checksum } = args;
    const names = linkNames(ref);
    const ways = waysOf(ref);
    const inInstance = { parent: this, deletedWith: instance };
    const replicator = new ReplicationRole(
      `${name}-replicator`,
      { name: names.replicator, connectionLimit: REPLICATION_CONNECTIONS, instance: instance.name },
      inInstance,
    );
    const dmz = new Dmz(
      `${name}-dmz`,
      { name: names.dmz.database, connect: replicator.name, content: checksum, instance: instance.name },
      // Two databases made at once wait for the same disk; this one is made while the record's pack is applied.
      { ...inInstance, dependsOn: [record.made] },
    );
    const publish = (part: string, way: WayName, where: object, opts: pulumi.CustomResourceOptions): Publication => {
      const { publication, schema, publish: kinds } = ways[way];
      return new Publication(
        `${name}-${part}`,
        { database: '', name: publication, schema, publish: kinds, content: checksum, ...where },
        opts,
      );
    };
    const ofRecord = publish(
      'record-publication',
      'local',
      { database: record.database, instance: instance.name },
      inInstance,
    );
    const ofDmz = publish(
      'dmz-publication',
      'outward',
      { database: dmz.name, reader: replicator.name, instance: instance.name },
      inInstance,
    );
    const ofEdge = publish(
      'edge-publication',
      'inward',
      { database: edge.database, reader: collector.name },
      { parent: this },
    );
    const subscribe = (way: WayName, to: Publication, opts: pulumi.CustomResourceOptions): Subscription =>
      new Subscription(
        `${name}-${way}`,
        { ref, way, publication: to.name, via: way === 'outward' ? viaOf(component) : 'direct', content: checksum },
        opts,
      );
    const local = subscribe('local', ofRecord, { ...inInstance, dependsOn: [dmz] });
    const { mode } = component;
    const agent = new LinkAgent(
      `${name}-agent`,
      { ref, mode, content: checksum, ...(writer === null ? {} : { writer: writer.name }) },
      // A push is ready when what the record shows has come through; a tunnel stands before anything goes through it.
      { parent: this, dependsOn: mode === 'push' ? [local, ofDmz, edge] : [ofDmz, edge] },
    );
    // While the DMZ has nothing yet, so that it begins beside the making of the record.
    const outward = mode === 'push' ? null : subscribe('outward', ofDmz, { parent: this, dependsOn: [edge, agent] });
    const inward = subscribe('inward', ofEdge, { parent: this, dependsOn: [record] });
    this.ready = pulumi
      .all([local.ref, inward.ref, outward?.ref ?? local.ref, agent.ref, ofDmz.name])
      .apply(([first]) => first);
    this.registerOutputs({ ready: this.ready });
  }
}

function viaOf({ mode }: LinkComponent): 'direct' | 'tunnel' {
  return mode === 'tunnel' ? 'tunnel' : 'direct';
}

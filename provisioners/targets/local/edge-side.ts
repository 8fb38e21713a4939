/** The public side of a hybrid tenant in its program: a database in the shared cluster, the API over it, the link to the private side. */
import * as pulumi from '@pulumi/pulumi';
import { hashApi } from '../../../server/registry/routes.ts';
import { edgeRouteOf } from '../../../server/registry/sides.ts';
import { checksumOf, type LoadedPack } from '../../kit/pack/load.ts';
import type { TenantGraph } from '../../kit/target.ts';
import { TenantDatabase } from './components/tenant-database.ts';
import { REPLICATION_CONNECTIONS, TenantLink } from './components/tenant-link.ts';
import { linkNames, writerOf } from './links/ways.ts';
import { edgeNamesOf } from './names.ts';
import { describeFor, limitsOf, type EdgeParts, type ProgramContext } from './program-parts.ts';
import { LinkSeat, ReplicationRole, Role, Route, type Instance } from './resources.ts';

/** @returns known when both sides are there and linked */
export function edgeSide(
  context: ProgramContext,
  graph: TenantGraph,
  edge: EdgeParts,
  made: {
    readonly loaded: LoadedPack;
    readonly instance: Instance;
    readonly record: TenantDatabase;
    readonly checksum: string;
  },
): pulumi.Output<string> {
  const pack = made.loaded.edge?.pack;
  if (pack === undefined || !graph.edgeApi) throw new Error(`${graph.offering} has no pack or no API for an edge`);
  const checksum = checksumOf(pack, edge.database.modules);
  const api = describeFor(graph.edgeApi, edge.database.modules);
  const apiHash = hashApi(api);
  context.packs.set(checksum, pack);
  context.apis.set(apiHash, api);

  const ref = edgeRouteOf(graph.ref);
  const seat = new LinkSeat(`${edge.link.name}-seat`, { ref: graph.ref });
  const afterSeat = { dependsOn: [seat] }; // it may restart the cluster that all of these are in
  const collector = new ReplicationRole(
    `${edge.link.name}-collector`,
    { name: linkNames(graph.ref).collector, connectionLimit: REPLICATION_CONNECTIONS },
    afterSeat,
  );
  const writer = edge.link.mode === 'push' ? writerRole(graph.ref, edge, afterSeat) : null;
  const database = new TenantDatabase(edge.database.name, {
    ref,
    names: edgeNamesOf(graph.ref),
    component: edge.database,
    pack: pack.source,
    checksum,
    instance: null,
    others: {
      roles: [collector.name, ...(writer === null ? [] : [writer.name])],
      connections: REPLICATION_CONNECTIONS + (writer === null ? 0 : WRITER_CONNECTIONS),
    },
  });
  const link = new TenantLink(edge.link.name, {
    ref: graph.ref,
    component: edge.link,
    instance: made.instance,
    record: made.record,
    edge: database,
    collector,
    writer,
    checksum: made.checksum,
  });
  const route = new Route(
    `${edge.api.name}-route`,
    {
      ref,
      title: graph.title,
      offering: graph.offering,
      version: graph.version,
      modules: edge.database.modules,
      database: database.database,
      role: database.apiRole,
      sealedPassword: database.apiSealedPassword,
      limits: limitsOf(edge.api),
      apiHash,
    },
    {},
  );
  return pulumi.all([link.ready, route.ref]).apply(([ready]) => ready);
}

/** One that works, and one that takes over from it. */
const WRITER_CONNECTIONS = 2;

function writerRole(ref: string, { link, database }: EdgeParts, options: pulumi.CustomResourceOptions): Role {
  return new Role(
    `${link.name}-writer`,
    { name: writerOf(ref), ref, login: true, connectionLimit: WRITER_CONNECTIONS, tempFileMib: database.tempFileMib },
    options,
  );
}

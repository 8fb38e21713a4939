/** An API component on this target: a key, and the route that the gateway serves. */
import * as pulumi from '@pulumi/pulumi';
import type { RouteLimits } from '../../../../server/registry/model.ts';
import type { TenantGraph } from '../../../kit/target.ts';
import { ApiKey, Route, type Instance } from '../resources.ts';
import type { TenantDatabase } from './tenant-database.ts';

interface TenantApiArgs {
  readonly graph: TenantGraph;
  /** Installed, which may be more than was chosen: plans include some. */
  readonly modules: readonly string[];
  readonly database: TenantDatabase;
  readonly limits: RouteLimits;
  readonly apiHash: string;
  /** Where the database is; null for the shared cluster. */
  readonly instance: Instance | null;
}

export class TenantApi extends pulumi.ComponentResource {
  readonly keyPrefix: pulumi.Output<string>;
  /** Known when the gateway can serve. */
  readonly ref: pulumi.Output<string>;

  constructor(name: string, args: TenantApiArgs, options: pulumi.ComponentResourceOptions = {}) {
    super('industry:local:TenantApi', name, {}, options);
    const { graph, modules, database, limits, apiHash, instance } = args;
    const parent = { parent: this };
    const key = new ApiKey(`${name}-key`, { ref: graph.ref, scopes: ['read', 'write'], generation: 1 }, parent);
    const route = new Route(
      `${name}-route`,
      {
        ref: graph.ref,
        title: graph.title,
        offering: graph.offering,
        version: graph.version,
        modules,
        database: database.database,
        role: database.apiRole,
        sealedPassword: database.apiSealedPassword,
        limits,
        apiHash,
        ...(instance === null ? {} : { instance: instance.name }),
      },
      parent,
    );
    this.keyPrefix = key.prefix;
    this.ref = route.ref;
    this.registerOutputs({ keyPrefix: this.keyPrefix, ref: this.ref });
  }
}

/** An API component on this target: its keys, and the route that the gateway serves. */
import * as pulumi from '@pulumi/pulumi';
import { FIRST_KEY, FIRST_KEYS, secretsOf, type TenantKey } from '../../../../server/domain/keys.ts';
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
    const keys = (graph.keys ?? secretsOf(FIRST_KEYS)).map(
      (key) => new ApiKey(keyResource(name, key), keyInputs(graph.ref, key), parent),
    );
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
    this.keyPrefix = keys[0]?.prefix ?? pulumi.output('');
    this.ref = route.ref;
    this.registerOutputs({ keyPrefix: this.keyPrefix, ref: this.ref });
  }
}

/** The tenant's first key keeps the name that it has had since tenants had one key only. */
function keyResource(api: string, { name, generation }: TenantKey): string {
  const key = name === FIRST_KEY ? `${api}-key` : `${api}-${name}-key`;
  return generation === 1 ? key : `${key}-g${generation}`;
}

function keyInputs(ref: string, { name, scopes, generation, party, expiresAt }: TenantKey) {
  return {
    ref,
    ...(name !== FIRST_KEY && { name }),
    scopes,
    generation,
    ...(party !== null && { party }),
    ...(expiresAt !== null && { expiresAt }),
  };
}

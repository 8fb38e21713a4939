/** A database component on this target: three roles, a clone of the template, the pack in it. */
import * as pulumi from '@pulumi/pulumi';
import type { DatabaseComponent, PackSource } from '../../../kit/offering.ts';
import type { TenantNames } from '../names.ts';
import { Database, Pack, Role, Transfer, type Instance } from '../resources.ts';

/** Room beside the plan's connections, for the superuser's own work; PostgreSQL does not count it, people do. */
const SPARE_CONNECTIONS = 3;

interface TenantDatabaseArgs {
  readonly ref: string;
  /** The rows come from the tenant's database in the shared cluster. */
  readonly movedIn?: boolean;
  readonly names: TenantNames;
  readonly component: DatabaseComponent;
  readonly pack: PackSource;
  /** Of the SQL that the tenant has. */
  readonly checksum: string;
  /** Where it is; null for the shared cluster. */
  readonly instance: Instance | null;
  /** Roles beside the tenant's three that may connect, and how many connections they have together. */
  readonly others?: { readonly roles: readonly pulumi.Output<string>[]; readonly connections: number };
}

export class TenantDatabase extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;
  /** Known when the database is there, with or without anything in it. */
  readonly made: pulumi.Resource;
  readonly apiRole: pulumi.Output<string>;
  readonly apiSealedPassword: pulumi.Output<string | null>;

  constructor(name: string, args: TenantDatabaseArgs, options: pulumi.ComponentResourceOptions = {}) {
    super('industry:local:TenantDatabase', name, {}, options);
    const { ref, names, component, pack, checksum, instance } = args;
    const others = args.others ?? { roles: [], connections: 0 };
    const { apiConnections, sqlConnections, tempFileMib } = component;
    const where = instance === null ? {} : { instance: instance.name };
    // What is in an instance goes with it, and need not be taken apart first.
    const parent = { parent: this, ...(instance === null ? {} : { deletedWith: instance }) };
    const role = (part: string, physical: string, connectionLimit: number): Role =>
      new Role(
        `${name}-${part}`,
        { name: physical, ref, login: connectionLimit > 0, connectionLimit, tempFileMib, ...where },
        parent,
      );
    const owner = role('owner', names.owner, 0);
    const api = role('api', names.api, apiConnections);
    const bi = role('bi', names.bi, sqlConnections);
    const database = new Database(
      `${name}-database`,
      {
        name: names.database,
        owner: owner.name,
        connect: [api.name, bi.name, ...others.roles],
        connectionLimit: apiConnections + sqlConnections + others.connections + SPARE_CONNECTIONS,
        template: checksum,
        modules: component.modules,
        ...where,
      },
      parent,
    );
    this.made = database;
    const installed = new Pack(
      `${name}-pack`,
      {
        database: database.name,
        owner: owner.name,
        apiRole: api.name,
        biRole: bi.name,
        pack: pack.name,
        version: pack.version,
        modules: component.modules,
        checksum,
        params: component.params,
        seed: args.movedIn ? null : (component.seed ?? null),
        ...where,
      },
      parent,
    );
    this.database = args.movedIn ? this.#moveIn(name, args, installed) : installed.database;
    this.apiRole = installed.apiRole;
    this.apiSealedPassword = api.sealedPassword;
    this.registerOutputs({ database: this.database, apiRole: this.apiRole });
  }

  /** The rows of the tenant as it was before; nobody is led here until they are all here. */
  #moveIn(name: string, { ref, names, instance }: TenantDatabaseArgs, installed: Pack): pulumi.Output<string> {
    if (instance === null) throw new Error('rows are moved to an instance');
    const transfer = new Transfer(
      `${name}-transfer`,
      {
        ref,
        database: installed.database,
        apiRole: names.api,
        biRole: names.bi,
        instance: instance.name,
      },
      { parent: this },
    );
    return transfer.database;
  }
}

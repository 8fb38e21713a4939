/**
 * A PostgreSQL server of one tenant, run by the keeper. What an interrupted create left is known by its marker and finished by the next;
 * removing it removes its data, and with them every role and database in it.
 */
import { z } from 'zod';
import {
  AccessRule,
  InstanceBounds,
  InstanceName,
  InstanceSpec,
  KeeperRefusal,
  type Keeper,
} from '../../../../server/registry/keeper.ts';
import type { Cluster } from '../cluster.ts';
import { markerOf } from '../names.ts';
import { defineKind, NotOursError, type ProviderContext } from './kind.ts';

const Inputs = z.strictObject({
  name: InstanceName,
  /** As in postgresql.conf; a change restarts the server, which takes a moment. */
  settings: InstanceSpec.shape.settings,
  /** Who may connect to what, beside the platform's superuser. */
  access: z.array(AccessRule),
  /** Of the machine; absent: as much as there is. */
  bounds: InstanceBounds.optional(),
});
type InstanceInputs = z.infer<typeof Inputs>;

const CONFLICT = 409;

export const instance = defineKind({
  inputs: Inputs,
  replaceOn: ['name'],
  createOnly: [],

  create: async (context, urn, inputs) => ({ id: inputs.name, outs: await ensure(context, urn, inputs) }),

  read: async ({ instances }, id) => {
    const facts = await instances.keeper?.find(id);
    if (!facts) return null;
    const { name, settings, access, bounds } = facts;
    const known = { name, settings, access, ...(bounds && { bounds }) };
    return facts.state === 'running' ? { ...known, ...(await identityOf(instances.connect(facts))) } : known;
  },

  update: async (context, _id, urn, _olds, inputs) => ensure(context, urn, inputs),

  delete: async ({ instances }, id) => keeperOf(instances.keeper).remove(id),
});

async function ensure({ instances }: ProviderContext, urn: string, inputs: InstanceInputs) {
  try {
    const facts = await keeperOf(instances.keeper).ensure({ ...inputs, marker: markerOf(urn) });
    return await identityOf(instances.connect(facts));
  } catch (error) {
    if (error instanceof KeeperRefusal && error.status === CONFLICT) throw new NotOursError(`instance ${inputs.name}`);
    throw error;
  }
}

/** What tells this server from every other, for as long as its data exist. */
async function identityOf({
  admin,
}: Cluster): Promise<{ readonly systemIdentifier: string; readonly version: string }> {
  const { rows } = await admin.query<{ systemIdentifier: string; version: string }>(
    `SELECT system_identifier::text AS "systemIdentifier", current_setting('server_version') AS version
     FROM pg_control_system()`,
  );
  if (rows[0] === undefined) throw new Error('the server does not say who it is');
  return rows[0];
}

function keeperOf(keeper: Keeper | null): Keeper {
  if (keeper === null) throw new Error('this installation runs no instances: DATA_DIR is not set');
  return keeper;
}

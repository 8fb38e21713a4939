/** A process of a tenant beside its database: its row in the registry, which the process of workloads follows, and its role's way into the database. */
import { setTimeout as delay } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import { z } from 'zod';
import { sqlState } from '../cluster.ts';
import { inInstance, instanceOf } from '../instances.ts';
import { markerOf } from '../names.ts';
import { endWorkload, findWorkload, putWorkload, type WorkloadSpec } from '../workloads/registry.ts';
import { defineKind, NotOursError, type ProviderContext } from './kind.ts';

const Inputs = z.strictObject({
  ref: z.string().min(1),
  name: z.string().regex(/^[a-z]{1,20}$/, 'must be lower-case letters'),
  offering: z.string().min(1),
  /** Within the offering's folder. */
  entry: z.string().min(1),
  database: z.string().min(1),
  role: z.string().min(1),
  memoryMib: z.int().positive(),
  settings: z.record(z.string(), z.number()),
  /** Of the SQL that the tenant has. */
  content: z.string().min(1),
  ...inInstance,
});
type WorkloadInputs = z.infer<typeof Inputs>;

const UNDEFINED_DATABASE = '3D000';
const UNDEFINED_OBJECT = '42704';
const READY_WITHIN_MS = 60_000;
const GONE_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 100;

export const workload = defineKind({
  inputs: Inputs,
  replaceOn: ['ref', 'name', 'role', 'database', 'instance'],
  createOnly: [],

  create: async (context, urn, inputs) => {
    const found = await findWorkload(context.cluster.registry, inputs.ref, inputs.name);
    const marker = markerOf(urn);
    if (found !== null && found.marker !== marker) throw new NotOursError(`workload ${inputs.name} of ${inputs.ref}`);
    await settle(context, inputs, marker);
    return { id: `${inputs.ref}/${inputs.name}`, outs: {} };
  },

  /** How it runs is nobody's input. */
  read: async ({ cluster }, id) => {
    const [ref = '', name = ''] = id.split('/');
    const found = await findWorkload(cluster.registry, ref, name);
    if (found === null || found.state === 'ending') return null;
    const { offering, entry, database, role, memoryMib, settings, content, instance } = found;
    return {
      ref,
      name,
      offering,
      entry,
      database,
      role,
      memoryMib,
      settings,
      content,
      instance: instance ?? undefined,
    };
  },

  update: async (context, _id, urn, _olds, inputs) => {
    await settle(context, inputs, markerOf(urn));
    return {};
  },

  /** The process ends and its files go, before its role can. */
  delete: async (context, id, state) => {
    const [ref = '', name = ''] = id.split('/');
    await endWorkload(context.cluster.registry, ref, name);
    context.workloads.ensure();
    const registry = context.cluster.registry;
    await until(
      GONE_WITHIN_MS,
      `workload ${name} of ${ref} to end`,
      async () => (await findWorkload(registry, ref, name)) === null,
    );
    await shutOut(context, state);
  },
});

/** The role is let in, the row written, and then it is waited for: until it works, or it is known why it does not. */
async function settle(context: ProviderContext, inputs: WorkloadInputs, marker: string): Promise<void> {
  const { ref, name, database, role, instance = null, ...rest } = inputs;
  const server = await context.instances.serverOf(inputs.instance);
  await server.inDatabase(database, (client) => client.query(`SELECT ${escapeIdentifier(name)}.admit($1)`, [role]));
  const spec: WorkloadSpec = { ref, name, database, role, instance, ...rest };
  const registry = context.cluster.registry;
  await putWorkload(registry, spec, marker);
  context.workloads.ensure();
  await until(READY_WITHIN_MS, `workload ${name} of ${ref} to work`, async () => {
    const found = await findWorkload(registry, ref, name);
    if (found !== null && found.restarts >= RESTARTS_MAX)
      throw new Error(`workload ${name} of ${ref}: ${found.trouble}`);
    return found?.state === 'running' || found?.state === 'stopped';
  });
}

/** So often it may end before it works for the first time. */
const RESTARTS_MAX = 5;

/** Takes the role's privileges, as far as the database is there. */
async function shutOut(context: ProviderContext, state: Readonly<Record<string, unknown>>): Promise<void> {
  const { database, role } = Inputs.pick({ database: true, role: true }).parse({
    database: state['database'],
    role: state['role'],
  });
  try {
    const server = await context.instances.findServer(instanceOf(state));
    await server?.inDatabase(database, (client) => client.query(`DROP OWNED BY ${escapeIdentifier(role)}`));
  } catch (error) {
    if (![UNDEFINED_DATABASE, UNDEFINED_OBJECT].includes(sqlState(error) ?? '')) throw error;
  }
}

async function until(withinMs: number, what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs / 1_000} s in vain for ${what}`);
    await delay(ASK_EVERY_MS);
  }
}

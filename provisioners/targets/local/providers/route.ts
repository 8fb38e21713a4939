/** A tenant's route: the registry row that the gateway serves from. */
import { z } from 'zod';
import { RouteLimits } from '../../../../server/registry/model.ts';
import { deleteRoute, findRoute, putRoute, routeMarker } from '../../../../server/registry/routes.ts';
import { inInstance } from '../instances.ts';
import { markerOf } from '../names.ts';
import { defineKind, NotOursError, type ProviderContext } from './kind.ts';

const Inputs = z.strictObject({
  ref: z.string().min(1),
  title: z.string(),
  offering: z.string().min(1),
  version: z.string().min(1),
  modules: z.array(z.string()),
  database: z.string().min(1),
  role: z.string().min(1),
  sealedPassword: z.string().min(1),
  limits: RouteLimits,
  /** Names the description of the API, which is too long for state. */
  apiHash: z.string().min(1),
  ...inInstance,
});

export const route = defineKind({
  inputs: Inputs,
  replaceOn: ['ref'],
  createOnly: [],

  create: async (context, urn, inputs) => {
    const marker = await routeMarker(context.cluster.registry, inputs.ref);
    if (marker !== null && marker !== markerOf(urn)) throw new NotOursError(`route ${inputs.ref}`);
    await write(context, urn, inputs);
    return { id: inputs.ref, outs: {} };
  },

  /** Whether the route is open is nobody's input: suspending and the storage watcher change it, and that is no drift. */
  read: async ({ cluster }, id) => {
    const found = await findRoute(cluster.registry, id);
    if (found === null) return null;
    const { ref, title, offering, version, modules, database, role, sealedPassword, limits, apiHash, instance } = found;
    const facts = { ref, title, offering, version, modules, database, role, sealedPassword, limits, apiHash };
    return { ...facts, instance: instance ?? undefined };
  },

  update: async (context, _id, urn, _olds, inputs) => {
    await write(context, urn, inputs);
    return {};
  },

  delete: async ({ cluster }, id) => deleteRoute(cluster.registry, id),
});

/** The server's address is written, not kept in state: it may come back on another port. */
async function write(context: ProviderContext, urn: string, inputs: z.infer<typeof Inputs>): Promise<void> {
  const { apiHash, ...facts } = inputs;
  const api = context.apis.get(apiHash);
  if (api === undefined) throw new Error(`no API description ${apiHash} is known in this process`);
  const { host, port } = await context.instances.serverOf(inputs.instance);
  const instance = inputs.instance ?? null;
  await putRoute(context.cluster.registry, { ...facts, instance, marker: markerOf(urn), host, port, api });
}

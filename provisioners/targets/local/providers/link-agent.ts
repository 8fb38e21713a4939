/** A link that needs processes: its row in the registry, which the process of links follows, and the rights of whoever writes to the edge. */
import { setTimeout as delay } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import { z } from 'zod';
import { deleteLink, findLink, putLink } from '../links/link-registry.ts';
import { dropSlot } from '../links/ends.ts';
import { inPlace, tryPlace } from '../links/reach.ts';
import { linkNames, waysOf } from '../links/ways.ts';
import { defineKind, type ProviderContext } from './kind.ts';

const Inputs = z.strictObject({
  ref: z.string().min(1),
  mode: z.enum(['tunnel', 'push']),
  /** Role that writes to the edge; of a push only. */
  writer: z.string().min(1).optional(),
  /** Of the tables that are written. */
  content: z.string().min(1),
});
type AgentInputs = z.infer<typeof Inputs>;

const READY_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 20;

export const linkAgent = defineKind({
  inputs: Inputs,
  replaceOn: ['ref', 'mode'],
  createOnly: [],

  create: async (context, _urn, inputs) => {
    await settle(context, inputs);
    await awaitReady(context, inputs);
    return { id: inputs.ref, outs: {} };
  },

  read: async ({ cluster }, id) => {
    const found = await findLink(cluster.registry, id);
    return found === null ? null : { ref: found.ref, mode: found.mode };
  },

  update: async (context, _id, _urn, _olds, inputs) => {
    await settle(context, inputs);
    return {};
  },

  delete: async (context, id, state) => {
    await deleteLink(context.cluster.registry, id);
    if (state['mode'] !== 'push') return;
    const { outward } = waysOf(id);
    await tryPlace(context, outward.publisher, (client) => dropSlot(client, outward.name));
  },
});

async function settle(context: ProviderContext, { ref, mode, writer }: AgentInputs): Promise<void> {
  if (writer !== undefined) {
    const [schema, role] = ['edge', escapeIdentifier(writer)];
    await inPlace(context, linkNames(ref).edge, (client) =>
      client.query(`
        GRANT USAGE ON SCHEMA ${schema} TO ${role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`),
    );
  }
  await putLink(context.cluster.registry, ref, mode, null);
  context.links.ensure();
}

/** A tunnel is ready when its relay has a port; a push when the first copy is at the edge. */
async function awaitReady(context: ProviderContext, { ref, mode }: AgentInputs): Promise<void> {
  const isReady = async (): Promise<boolean> => {
    if (mode === 'tunnel') return (await findLink(context.cluster.registry, ref))?.port != null;
    return inPlace(context, linkNames(ref).edge, async (client) => {
      const { rowCount } = await client.query('SELECT FROM edge.pulse');
      return rowCount === 1;
    });
  };
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await isReady())) {
    if (performance.now() > deadline)
      throw new Error(`the ${mode} of ${ref} is not ready after ${READY_WITHIN_MS / 1_000} s`);
    await delay(ASK_EVERY_MS);
  }
}

/**
 * How a link is carried. One that needs processes has a row in the registry, which the process of links follows, and rights for whoever
 * writes to the edge; a direct one has nothing, but stands here too: from one to the other, who carried it has let go before anybody begins.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import { z } from 'zod';
import { deleteLink, findLink, putLink } from '../links/link-registry.ts';
import { dropSlot } from '../links/ends.ts';
import { inPlace, tryPlace } from '../links/reach.ts';
import { linkNames, waysOf, writerOf } from '../links/ways.ts';
import { defineKind, type ProviderContext } from './kind.ts';

const Inputs = z.strictObject({
  ref: z.string().min(1),
  mode: z.enum(['direct', 'tunnel', 'push']),
  /** Role that writes to the edge; of a push only. */
  writer: z.string().min(1).optional(),
  /** Of the tables that are written. */
  content: z.string().min(1),
});
type AgentInputs = z.infer<typeof Inputs>;

const READY_WITHIN_MS = 30_000;
const ASK_EVERY_MS = 20;
/** A pushing process hears of its end at once; one that does not is ended. */
const LETS_GO_WITHIN_MS = 3_000;

export const linkAgent = defineKind({
  inputs: Inputs,
  replaceOn: ['ref', 'mode'],
  createOnly: [],

  create: async (context, _urn, inputs) => {
    await settle(context, inputs);
    await awaitReady(context, inputs);
    return { id: inputs.ref, outs: {} };
  },

  read: async ({ cluster }, id, state) => {
    const found = await findLink(cluster.registry, id);
    if (found === null) return state['mode'] === 'direct' ? {} : null;
    return { ref: found.ref, mode: found.mode };
  },

  update: async (context, _id, _urn, _olds, inputs) => {
    await settle(context, inputs);
    return {};
  },

  delete: async (context, id, state) => {
    await deleteLink(context.cluster.registry, id);
    if (state['mode'] !== 'push') return;
    const { outward } = waysOf(id);
    await awaitLetGo(context, id);
    await tryPlace(context, outward.publisher, (client) => dropSlot(client, outward.name));
  },
});

/** Nobody writes to the edge any more. */
async function awaitLetGo({ cluster }: ProviderContext, ref: string): Promise<void> {
  const writing = async (): Promise<boolean> =>
    (await cluster.admin.query('SELECT FROM pg_stat_activity WHERE usename = $1', [writerOf(ref)])).rowCount !== 0;
  const deadline = performance.now() + LETS_GO_WITHIN_MS;
  while ((await writing()) && performance.now() < deadline) await delay(ASK_EVERY_MS);
  await cluster.admin.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1', [
    writerOf(ref),
  ]);
}

async function settle(context: ProviderContext, { ref, mode, writer }: AgentInputs): Promise<void> {
  if (mode === 'direct') return;
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
    if (mode === 'direct') return true;
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

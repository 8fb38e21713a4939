/**
 * Moves the rows of a tenant from the shared cluster to its own instance, while it is used: they are copied and followed, then writing
 * pauses for a moment while reading goes on, the rest arrives, and both sides are counted. The route turns to the new side right after.
 * Its removal is the way back for a move that did not come so far: the old side takes writes again.
 */
import { z } from 'zod';
import { sqlState, type Cluster } from '../cluster.ts';
import { lowerFence, raiseFence } from '../transfer/fence.ts';
import { leaveOldSide } from '../transfer/leave.ts';
import { catchUp, clearWay, openWay } from '../transfer/replicate.ts';
import { copySequences, countRows, difference, emptyTables, mirrorPartitions, tablesOf } from '../transfer/tables.ts';
import { defineKind, type ProviderContext } from './kind.ts';

const Inputs = z.strictObject({
  ref: z.string().min(1),
  database: z.string().min(1),
  apiRole: z.string().min(1),
  biRole: z.string().min(1),
  /** The new side. */
  instance: z.string().min(1),
});
type TransferInputs = z.infer<typeof Inputs>;

const UNDEFINED_DATABASE = '3D000';
const CATCH_UP_MS = 5 * 60_000;
const PAUSE_MS_MAX = 20_000;

export const transfer = defineKind({
  inputs: Inputs,
  replaceOn: ['ref', 'instance'],
  createOnly: ['apiRole', 'biRole', 'database'],

  create: async (context, _urn, inputs) => {
    const id = `${inputs.ref}/${inputs.instance}`;
    try {
      const moved = await context.cluster.inDatabase(inputs.database, async (from) => {
        const target = await context.instances.serverOf(inputs.instance);
        return target.inDatabase(inputs.database, (to) => move(context, { from, to }, inputs));
      });
      return { id, outs: moved };
    } catch (error) {
      // The old side is gone: an earlier attempt got through, and what followed it was interrupted.
      if (sqlState(error) === UNDEFINED_DATABASE) return { id, outs: { rows: null, pausedMs: null } };
      await leaveOldSide(context.cluster, inputs.ref, inputs.database);
      throw error;
    }
  },

  read: async () => ({}),
  update: async () => ({}),
  delete: async ({ cluster }, _id, state) => {
    const { ref, database } = Inputs.shape;
    await leaveOldSide(cluster, ref.parse(state['ref']), database.parse(state['database']));
  },
});

type Client = Parameters<Parameters<Cluster['inDatabase']>[1]>[0];

async function move(
  { cluster, envelopeKey }: ProviderContext,
  { from, to }: { readonly from: Client; readonly to: Client },
  { ref, database, apiRole, biRole }: TransferInputs,
) {
  await lowerFence(from);
  await clearWay(from, to, ref);
  await mirrorPartitions(from, to);
  const tables = await tablesOf(from);
  const problem = difference(tables, await tablesOf(to));
  if (problem !== null) throw new Error(problem);
  await emptyTables(to, await tablesOf(to));
  await openWay(cluster, from, to, { ref, database, envelopeKey }, tables);
  await to.query('ANALYZE'); // the first calls in the new place find plans that fit
  await catchUp(from, ref, CATCH_UP_MS); // so that little is left for the pause
  const pausedAt = performance.now();
  await raiseFence(from);
  // A partition that a pack made since then was copied by nobody; the next attempt finds it.
  const late = difference(await tablesOf(from), tables);
  if (late !== null) throw new Error(`${late}: it came while rows were copied`);
  await catchUp(from, ref, PAUSE_MS_MAX);
  await copySequences(from, to);
  const rows = await sameRows(from, to, tables);
  const pausedMs = Math.round(performance.now() - pausedAt);
  await clearWay(from, to, ref);
  // Parameters came along, among them whether writes are held back: the rights follow them.
  await to.query('SELECT pack.grant_to($1, $2)', [apiRole, biRole]);
  return { rows, pausedMs };
}

/** @throws Error naming the first table of which the two sides differ */
async function sameRows(from: Client, to: Client, tables: Parameters<typeof countRows>[1]): Promise<number> {
  const [before, after] = await Promise.all([countRows(from, tables), countRows(to, tables)]);
  let sum = 0;
  for (const [name, rows] of before) {
    if (after.get(name) !== rows) throw new Error(`table ${name} has ${rows} rows, and ${after.get(name)} arrived`);
    sum += rows;
  }
  return sum;
}

/**
 * Looks after one tenant's link: sends a pulse through it and times it, points subscriptions at servers that have come back elsewhere, and
 * copies anew what lost its place. Whatever is away is left for the next round.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { ProviderContext } from '../providers/kind.ts';
import { ensureSubscription, resync } from './ends.ts';
import { openWay, subscriptionOf, tryPlace } from './reach.ts';
import { renewPasswords } from './rotate.ts';
import { slotState, subscriptionState } from './state.ts';
import { linkNames, WAYS, waysOf, type WayName } from './ways.ts';

/** Conflicts and errors counted at the last look, by way: what matters is that there are more. */
export type TroublesSeen = Map<string, number>;

type Context = Pick<ProviderContext, 'cluster' | 'instances' | 'envelopeKey'> & {
  readonly troubles: TroublesSeen;
  /** Age at which the passwords of the link are changed. */
  readonly linkPasswordDays: number;
};

/** A change that takes longer than this to the other side is not waited for. */
const PULSE_MS_MAX = 1_500;
const ASK_EVERY_MS = 40;
const BROKEN_AFTER_SECONDS = 15;

export type WayState = 'flowing' | 'behind' | 'broken' | 'resync_needed';

export interface WayHealth {
  readonly state: WayState;
  /** Null when it cannot be known now. */
  readonly lagSeconds: number | null;
  readonly conflicts: number;
  readonly applyErrors: number;
}

export interface LinkHealth {
  readonly ways: Readonly<Record<WayName, WayHealth>>;
  /** Ways that were copied anew in this round. */
  readonly resynced: readonly WayName[];
}

const AWAY: WayHealth = { state: 'broken', lagSeconds: null, conflicts: 0, applyErrors: 0 };
const BEHIND_BYTES = 1024 * 1024;

/** @param mode how the way outward is carried */
export async function tendLink(context: Context, ref: string, mode: 'direct' | 'tunnel' | 'push'): Promise<LinkHealth> {
  await renewPasswords(context, ref, mode, context.linkPasswordDays).catch(() => {}); // a side went away meanwhile
  const resynced: WayName[] = [];
  const look = async (name: WayName): Promise<WayHealth> => {
    try {
      if (name === 'outward' && mode === 'push') return await lookAtSlot(context, ref);
      const found = await lookAtWay(context, ref, name, name === 'outward' && mode === 'tunnel' ? 'tunnel' : 'direct');
      if (found.state === 'resync_needed') resynced.push(name);
      return found;
    } catch {
      return AWAY; // one of its ends does not answer
    }
  };
  const [local, outward, inward] = [await look(WAYS[0]), await look(WAYS[1]), await look(WAYS[2])];
  const pulse = await sendPulse(context, ref).catch(() => null);
  const waiting = await oldestWaiting(context, ref).catch(() => null);
  return {
    resynced,
    ways: {
      local,
      outward: { ...outward, state: withPulse(outward.state, pulse), lagSeconds: pulse },
      inward: { ...inward, lagSeconds: inward.state === 'broken' ? (waiting ?? null) : (waiting ?? 0) },
    },
  };
}

/** What the pulse says counts: a slot may look well while nobody reads it. */
function withPulse(state: WayState, seconds: number | null): WayState {
  if (state !== 'flowing' || (seconds !== null && seconds * 1_000 < PULSE_MS_MAX)) return state;
  return seconds !== null && seconds < BROKEN_AFTER_SECONDS ? 'behind' : 'broken';
}

/** Mends a way where that can be done, and says how it was found. */
async function lookAtWay(context: Context, ref: string, name: WayName, via: 'direct' | 'tunnel'): Promise<WayHealth> {
  const way = waysOf(ref)[name];
  for (const place of [way.publisher, way.subscriber]) {
    if ((await tryPlace(context, place, async () => true)) === null) return AWAY;
  }
  return openWay(context, way, async (ends) => {
    const spec = await subscriptionOf(context, ref, way, via);
    const slot = await slotState(ends.publisher, way.name);
    if (slot === null || slot.lost) {
      await resync(ends, { ...spec, schema: way.schema });
      return { ...AWAY, state: 'resync_needed' };
    }
    await ensureSubscription(ends.subscriber, spec);
    const found = await subscriptionState(ends.subscriber, way.name);
    const { conflicts = 0, applyErrors = 0 } = found ?? {};
    const caughtUp = slot.behindBytes < BEHIND_BYTES && found?.copying === 0;
    const sound = slot.active && !moreThanBefore(context.troubles, way.name, conflicts + applyErrors);
    const state = !sound ? 'broken' : caughtUp ? 'flowing' : 'behind';
    return { state, lagSeconds: state === 'flowing' ? 0 : null, conflicts, applyErrors };
  });
}

/** The edge's roles can change nothing that is replicated, so a conflict or an error is somebody's doing and has to be seen. */
function moreThanBefore(seen: TroublesSeen, way: string, count: number): boolean {
  const before = seen.get(way) ?? count;
  seen.set(way, count);
  return count > before;
}

/** The way that an agent carries has no subscription; a slot that was lost is made anew, and the agent copies everything when it finds it so. */
async function lookAtSlot(context: Context, ref: string): Promise<WayHealth> {
  const way = waysOf(ref).outward;
  const slot = await tryPlace(context, way.publisher, (client) => slotState(client, way.name));
  if (slot === null) return AWAY;
  if (slot.lost) return { ...AWAY, state: 'resync_needed' };
  // The agent asks and goes, so that nobody is at the slot most of the time; the pulse tells whether it comes.
  return {
    state: slot.behindBytes < BEHIND_BYTES ? 'flowing' : 'behind',
    lagSeconds: null,
    conflicts: 0,
    applyErrors: 0,
  };
}

/** Writes the time on the private side and waits until the edge has it.
 * @returns seconds on the way; when it does not come, how old the edge is; null when there is no edge to ask */
async function sendPulse(context: Context, ref: string): Promise<number | null> {
  const { record, edge } = linkNames(ref);
  const sent = await tryPlace(context, record, async (client) => {
    const { rows } = await client.query<{ at: Date }>('UPDATE edge.pulse SET at = clock_timestamp() RETURNING at');
    return rows[0]?.at ?? null;
  }).catch(() => null);
  const startedAt = performance.now();
  return tryPlace(context, edge, async (client) => {
    let age = await ageOfPulse(client, sent);
    const deadline = startedAt + (sent === null ? 0 : PULSE_MS_MAX);
    while (!age.arrived && performance.now() < deadline) {
      await delay(ASK_EVERY_MS);
      age = await ageOfPulse(client, sent);
    }
    return age.arrived ? Math.round(performance.now() - startedAt) / 1_000 : age.seconds;
  });
}

async function ageOfPulse(client: Client, sent: Date | null): Promise<{ arrived: boolean; seconds: number | null }> {
  const { rows } = await client.query<{ arrived: boolean; seconds: number }>(
    `SELECT coalesce(date_trunc('milliseconds', at) >= $1::timestamptz, false) AS arrived,
            greatest(0, extract(epoch FROM clock_timestamp() - at))::float8 AS seconds FROM edge.pulse`,
    [sent],
  );
  return rows[0] ?? { arrived: false, seconds: null };
}

/** How long the oldest request at the edge has waited for the private side's answer, s; null when none waits. */
async function oldestWaiting(context: Context, ref: string): Promise<number | null> {
  return tryPlace(context, linkNames(ref).edge, async (client) => {
    const { rows } = await client.query<{ seconds: number | null }>(
      `SELECT extract(epoch FROM now() - min(at))::float8 AS seconds FROM intake.order_request r
       WHERE NOT EXISTS (SELECT FROM edge.order_request_done d WHERE d.request_id = r.request_id)`,
    );
    return rows[0]?.seconds ?? null;
  });
}

/**
 * Other passwords for the two roles with which the sides of a hybrid tenant dial each other. A way that is cut for a moment goes on where its
 * slot stands, so nothing is lost; a session that signed in with the old password ends. That a change is wanted is written down first, and
 * every step may be repeated: whoever tends the link next finishes what was interrupted.
 */
import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { inTransaction } from '../cluster.ts';
import type { ProviderContext } from '../providers/kind.ts';
import { ensureSubscription } from './ends.ts';
import { tellOfLinks, wantNewPassword } from './link-registry.ts';
import { replicationPassword } from './password.ts';
import { inPlace, subscriptionOf, tryPlace } from './reach.ts';
import { waysOf, type Way } from './ways.ts';

type Context = Pick<ProviderContext, 'cluster' | 'instances' | 'envelopeKey'>;

/** Brings other passwords into force when those that are have become old.
 * @param mode how the way outward is carried
 * @param daysMax age at which a password is old
 * @returns whether others came into force; false too when a side is away: then the next round does it */
export async function renewPasswords(
  context: Context,
  ref: string,
  mode: 'direct' | 'tunnel' | 'push',
  daysMax: number,
): Promise<boolean> {
  const { registry } = context.cluster;
  if (!(await wantNewPassword(registry, ref, daysMax))) return false;
  const client = await registry.connect();
  try {
    const renewed = await inTransaction(client, async () => {
      // Whoever holds the row is at it; it is held until both roles have what the row says.
      const { rows } = await client.query<{ wanted: number }>(
        'SELECT wanted FROM link_password WHERE ref = $1 AND wanted > generation FOR UPDATE SKIP LOCKED',
        [ref],
      );
      const wanted = rows[0]?.wanted;
      if (wanted === undefined || !(await bothAreThere(context, ref))) return false;
      const { outward, inward } = waysOf(ref);
      await renewWay(context, ref, outward, mode === 'push' ? null : mode, wanted);
      await renewWay(context, ref, inward, 'direct', wanted);
      await client.query('UPDATE link_password SET generation = wanted, changed_at = now() WHERE ref = $1', [ref]);
      return true;
    });
    if (renewed) await tellOfLinks(registry);
    return renewed;
  } finally {
    client.release();
  }
}

async function bothAreThere(context: Context, ref: string): Promise<boolean> {
  const { local, outward } = waysOf(ref);
  const places = [local.publisher, outward.publisher, outward.subscriber];
  const there = await Promise.all(places.map((place) => tryPlace(context, place, async () => true)));
  return there.every((found) => found === true);
}

/** @param via null for a way that an agent carries: it hears of the change by itself */
async function renewWay(
  context: Context,
  ref: string,
  way: Way,
  via: 'direct' | 'tunnel' | null,
  generation: number,
): Promise<void> {
  const { role } = way;
  if (role === null) return;
  await inPlace(context, way.publisher, async (publisher) => {
    const changedAt = await changePassword(publisher, role, replicationPassword(context.envelopeKey, role, generation));
    if (via !== null) {
      const spec = await subscriptionOf(context, ref, way, via, generation);
      await inPlace(context, way.subscriber, (subscriber) => ensureSubscription(subscriber, spec));
    }
    await publisher.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND backend_start < $2::timestamptz',
      [role, changedAt],
    );
  });
}

/** @returns the moment from which nobody can sign in with the old one */
async function changePassword(publisher: Client, role: string, password: string): Promise<string> {
  await publisher.query(`ALTER ROLE ${escapeIdentifier(role)} PASSWORD ${escapeLiteral(password)}`);
  const { rows } = await publisher.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
  return rows[0]?.at ?? 'infinity';
}

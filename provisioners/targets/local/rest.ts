/**
 * A tenant that is suspended: the server of its own ends and gives its memory back, with everything in it kept; a hybrid tenant's edge stops
 * asking for it meanwhile. Slots stay where they are, so the link goes on from there when the server is back.
 */
import { escapeIdentifier } from 'pg';
import { findInstance, setRouteAddress } from '../../../server/registry/routes.ts';
import { ensureSubscription } from './links/ends.ts';
import { findLink } from './links/link-registry.ts';
import { subscriptionOf, tryPlace } from './links/reach.ts';
import { subscriptionState } from './links/state.ts';
import { waysOf } from './links/ways.ts';
import type { ProviderContext } from './providers/kind.ts';

type Context = Pick<ProviderContext, 'cluster' | 'instances' | 'envelopeKey'>;

/** Ends the tenant's own server; it stays down, also across restarts of the keeper and the machine. Nothing to do for one without. */
export async function restTenant(context: Context, ref: string): Promise<void> {
  const { cluster, instances } = context;
  const instance = await findInstance(cluster.registry, ref);
  if (instance === null || instances.keeper === null) return;
  await setAsking(context, ref, false);
  await instances.keeper.stop(instance);
}

/** Starts it again; resolves when it takes connections and the edge asks for it where it is now.
 * @throws Error when the server does not start */
export async function wakeTenant(context: Context, ref: string): Promise<void> {
  const { cluster, instances } = context;
  const instance = await findInstance(cluster.registry, ref);
  if (instance === null || instances.keeper === null) return;
  const facts = await instances.keeper.start(instance);
  await setRouteAddress(cluster.registry, instance, facts); // its port may have been taken meanwhile
  await setAsking(context, ref, true);
}

/** Whether the edge dials the private side. An agent needs no telling: it is there while its server runs. */
async function setAsking(context: Context, ref: string, asks: boolean): Promise<void> {
  const { outward } = waysOf(ref);
  const mode = (await findLink(context.cluster.registry, ref))?.mode ?? 'direct';
  await tryPlace(context, outward.subscriber, async (edge) => {
    if ((await subscriptionState(edge, outward.name)) === null) return;
    if (asks) await ensureSubscription(edge, await subscriptionOf(context, ref, outward, viaOf(mode)));
    await edge.query(`ALTER SUBSCRIPTION ${escapeIdentifier(outward.name)} ${asks ? 'ENABLE' : 'DISABLE'}`);
  });
}

const viaOf = (mode: 'direct' | 'tunnel' | 'push'): 'direct' | 'tunnel' => (mode === 'tunnel' ? 'tunnel' : 'direct');

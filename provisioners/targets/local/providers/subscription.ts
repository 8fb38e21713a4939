/**
 * One way of a hybrid tenant's link: the publisher's slot and the subscription that reads it. The password it dials with is derived, and
 * stands nowhere but in the subscriber's own catalogue.
 */
import { z } from 'zod';
import { sqlState } from '../cluster.ts';
import { beginWay } from '../links/begin.ts';
import { dropSlot, dropSubscription, ensureSlot, ensureSubscription } from '../links/ends.ts';
import { openLogOf, openWay, subscriptionOf, tryPlace } from '../links/reach.ts';
import { subscriptionState } from '../links/state.ts';
import { WAYS, waysOf, type Way } from '../links/ways.ts';
import { defineKind } from './kind.ts';

const Inputs = z.strictObject({
  ref: z.string().min(1),
  way: z.enum(WAYS),
  /** The publisher's; also of those that are added later. */
  publication: z.string().min(1),
  /** `tunnel`: through the relay that the private side has connected to. */
  via: z.enum(['direct', 'tunnel']),
  /** Of the tables that travel: when others have come, they are asked for. */
  content: z.string().min(1),
});
type SubscriptionInputs = z.infer<typeof Inputs>;

const UNDEFINED_DATABASE = '3D000';

const wayOf = (inputs: Pick<SubscriptionInputs, 'ref' | 'way'>): Way => waysOf(inputs.ref)[inputs.way];

export const subscription = defineKind({
  inputs: Inputs,
  replaceOn: ['ref', 'way', 'publication'],
  createOnly: [],

  create: async (context, _urn, inputs) => {
    const way = wayOf(inputs);
    await openWay(context, way, async (ends) => {
      const openLog = () => openLogOf(context, way.publisher);
      const spec = await subscriptionOf(context, inputs.ref, way, inputs.via);
      await beginWay({ ...ends, openLog }, { ...spec, schema: way.schema });
    });
    return { id: way.name, outs: {} };
  },

  read: async (context, _id, state) => {
    const inputs = Inputs.pick({ ref: true, way: true }).parse({ ref: state['ref'], way: state['way'] });
    const way = wayOf(inputs);
    try {
      const found = await tryPlace(context, way.subscriber, (client) => subscriptionState(client, way.name));
      return found ? {} : null;
    } catch (error) {
      if (sqlState(error) === UNDEFINED_DATABASE) return null;
      throw error;
    }
  },

  update: async (context, _id, _urn, _olds, inputs) => {
    const way = wayOf(inputs);
    await openWay(context, way, async ({ publisher, subscriber }) => {
      await ensureSlot(publisher, way.name);
      const spec = await subscriptionOf(context, inputs.ref, way, inputs.via);
      if (await ensureSubscription(subscriber, spec)) return;
      await subscriber.query(`ALTER SUBSCRIPTION "${way.name}" REFRESH PUBLICATION`);
    });
    return {};
  },

  /** Either side may be away, or gone for good: what is left of the other is removed all the same. */
  delete: async (context, _id, state) => {
    const way = wayOf(Inputs.pick({ ref: true, way: true }).parse({ ref: state['ref'], way: state['way'] }));
    await tryPlace(context, way.subscriber, (client) => dropSubscription(client, way.name));
    await tryPlace(context, way.publisher, (client) => dropSlot(client, way.name));
  },
});

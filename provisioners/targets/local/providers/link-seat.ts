/**
 * A hybrid tenant's seat in the shared cluster: the workers, origins, slot and sender that its link takes. Where there is none the cluster is
 * grown, which restarts it; `note` tells the person who watches.
 */
import { z } from 'zod';
import { giveSeatBack, hasSeat, takeSeat, type Grown } from '../links/take-seat.ts';
import { defineKind } from './kind.ts';

const Inputs = z.strictObject({ ref: z.string().min(1) });

export const linkSeat = defineKind({
  inputs: Inputs,
  replaceOn: ['ref'],
  createOnly: [],

  create: async (context, _urn, { ref }) => {
    const grown = await takeSeat(context, ref);
    return { id: ref, outs: grown === null ? {} : { note: noteOf(grown) } };
  },

  read: async ({ cluster }, id) => ((await hasSeat(cluster, id)) ? { ref: id } : null),

  update: async () => ({}),

  delete: async ({ cluster }, id) => giveSeatBack(cluster, id),
});

const noteOf = ({ from, to, awayMs }: Grown) => ({
  en: `The shared cluster was grown from ${from} to ${to} hybrid tenants and restarted for it; it was away for ${awayMs} ms.`,
  zh: `共享集群已由 ${from} 个混合租户扩容至 ${to} 个，并为此重启，中断 ${awayMs} 毫秒。`,
});

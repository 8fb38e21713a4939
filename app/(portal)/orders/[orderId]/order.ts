import type { RouterOutputs } from '@/server/api/root.ts';

/** Everything the page knows of its order. */
export type Order = RouterOutputs['orders']['byId'];

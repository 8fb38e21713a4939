import type { RouterOutputs } from '@/server/api/root.ts';

/** An audit entry with its place in the chain. */
export type Entry = RouterOutputs['audit']['byId'];

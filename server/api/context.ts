import type { Fault } from '../domain/faults.ts';
import type { Actor } from '../domain/policy.ts';
import type { Database } from '../db/client.ts';
import type { Ports } from '../services/context.ts';

/** What a request brings. `refused` says why there is no actor although a session or token was shown. */
export interface ApiContext {
  readonly db: Database;
  readonly ports: Ports;
  readonly actor: Actor | null;
  readonly refused: Fault | null;
  readonly requestId: string;
  readonly ip: string;
  /** Told of every failure of ours, with the request's id; never of what a caller did wrong. */
  readonly onInternalError: (error: unknown, where: { readonly path: string; readonly requestId: string }) => void;
}

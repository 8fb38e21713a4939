/**
 * Services: use-cases. Each owns its transaction, in this order: lock, authorize, idempotency (before the state check: a retry must
 * succeed), refusal, then write, event, audit entry and job in one commit. They import domain, db and auth; what reaches outside the
 * platform database comes in as a port, wired once in compose/.
 */
import type { AccessClaims } from '../domain/access-token.ts';
import type { Actor } from '../domain/policy.ts';
import type { Database } from '../db/client.ts';
import type { EventListener } from '../db/events.ts';
import type { JobSender } from '../db/queue.ts';

/** What services need of the world. */
export interface Ports {
  /** Opens what the worker sealed for a tenant. */
  readonly openSealed: (sealed: string, ref: string) => string;
  /** Signs a short-lived pass to a tenant's API. */
  readonly signAccess: (grant: Pick<AccessClaims, 'sub' | 'ref' | 'scope' | 'purpose'>) => Promise<string>;
  readonly fetch: typeof fetch;
  /** Base addresses without a slash at their end. */
  readonly gatewayUrl: string;
  readonly portalUrl: string;
  /** SPKI, base64: checks the signatures of audit checkpoints; null where none is configured. */
  readonly auditPublicKey: string | null;
  readonly events: EventListener;
  readonly jobs: JobSender;
  readonly now: () => Date;
}

/** One request: who asks, from where, and the world. */
export interface ServiceContext {
  readonly db: Database;
  readonly ports: Ports;
  readonly actor: Actor;
  readonly requestId: string;
  readonly ip: string;
}

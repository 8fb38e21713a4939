/** What every part of the worker is given once, by compose/worker.ts or by a test. */
import type { Engine } from '../../provisioners/engine/port.ts';
import type { OfferingDefinition } from '../../provisioners/kit/offering.ts';
import type { ConnectedTarget } from '../../provisioners/kit/target.ts';
import type { Database, Transaction } from '../db/client.ts';
import type { AccessScope, TokenPurpose } from '../domain/access-token.ts';

export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface WorkerContext {
  /** Names the process in rows and audit entries. */
  readonly name: string;
  /** The platform database as the application role. */
  readonly db: Database;
  readonly engine: Engine;
  readonly targets: ReadonlyMap<string, ConnectedTarget>;
  readonly offerings: ReadonlyMap<string, OfferingDefinition>;
  /** Base address of the tenants' APIs, without a slash at its end. */
  readonly gatewayUrl: string;
  /** A pass of a minute for one tenant's API. */
  readonly signToken: (grant: {
    readonly ref: string;
    readonly scope: AccessScope;
    readonly purpose: TokenPurpose;
    readonly sub: string;
  }) => Promise<string>;
  /** Seals a secret at rest for one tenant. */
  readonly seal: (plain: string, ref: string) => string;
  /** Puts a run's job into the queue, in the caller's transaction. */
  readonly sendRun: (tx: Transaction, run: { readonly id: string; readonly tenantId: string }) => Promise<void>;
  /** Takes known secrets out of a text that people will read. */
  readonly redact: (text: string) => string;
  readonly log: Log;
  readonly clock: () => Date;
}

/** The target a tenant runs on.
 * @throws Error when this worker does not serve it */
export function targetOf(ctx: WorkerContext, name: string): ConnectedTarget {
  const target = ctx.targets.get(name);
  if (!target) throw new Error(`this worker does not serve target ${name}`);
  return target;
}

/**
 * The worker's periodic looks at one tenant, at once instead of at their next turn: for tests that break something and must not wait a
 * quarter of an hour. A process of its own over the databases of the portal under test, with the worker's environment; it is told by message
 * what to look at and answers when that is written down.
 */
import { tmpdir } from 'node:os';
import { WorkerEnv, readEnv } from '../env.ts';
import { livingTenants, type LivingTenant } from '../worker/living-tenants.ts';
import type { WorkerContext } from '../worker/context.ts';
import { checkInvariants } from '../worker/schedules/check-invariants.ts';
import { proveTenant } from '../worker/schedules/prove-isolation.ts';
import { sampleTenant } from '../worker/schedules/sample-tenants.ts';
import { wireWorker } from './worker-wiring.ts';

const LOOKS = { walls: proveTenant, rules: checkInvariants, figures: sampleTenant } as const satisfies Record<
  string,
  (ctx: WorkerContext, tenant: LivingTenant) => Promise<void>
>;
export type Look = keyof typeof LOOKS;

export interface LookOrder {
  readonly look: Look;
  readonly tenantId: string;
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const env = readEnv(WorkerEnv);
const wired = await wireWorker(
  {
    platformOwnerUrl: env.PLATFORM_OWNER_URL,
    platformAppUrl: env.PLATFORM_APP_URL,
    tenantsUrl: env.TENANTS_ADMIN_URL,
    registryUrl: env.TENANTS_ADMIN_URL,
    gatewayUrl: env.GATEWAY_URL.replace(/\/$/, ''),
    envelopeKey: env.ENVELOPE_KEY,
    passphrase: env.PULUMI_PASSPHRASE,
    tokenPrivateKey: env.TOKEN_PRIVATE_KEY,
    packDirectory: tmpdir(),
    dataDir: env.DATA_DIR,
  },
  quiet,
);

async function look(order: LookOrder): Promise<void> {
  const [tenant] = await livingTenants(wired.context, order.tenantId);
  if (tenant === undefined) throw new Error(`tenant ${order.tenantId} does not live`);
  await LOOKS[order.look](wired.context, tenant);
}

async function answer(order: LookOrder): Promise<void> {
  try {
    await look(order);
    process.send?.({ error: null });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
}

async function end(): Promise<never> {
  await wired.close();
  process.exit(0);
}

process.on('message', (order: LookOrder) => void answer(order));
process.once('disconnect', () => void end());
process.send?.({ ready: true });

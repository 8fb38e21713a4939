/** One order through the portal, as a customer's program would place it, timed at every turn. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Portal } from '../../server/cli/portal.ts';
import type { TenantId } from '../../server/domain/ids.ts';
import type { DeploymentModel } from '../../server/domain/manifest.ts';
import type { Runs } from './runs.ts';

export interface Ordered {
  readonly tenantId: TenantId;
  readonly ref: string;
  readonly name: string;
  /** From asking for a plan to having it. */
  readonly previewMs: number;
  /** Milliseconds since the order was sent. */
  readonly orderedMs: number;
  readonly activeMs: number;
  readonly answeredMs: number;
  readonly smokeMs: number;
  readonly stepsMs: Readonly<Record<string, number>>;
}

/** The smallest that is offered: a hybrid S is not, its edge would be too small. */
const PLANS = { public: 'S', private: 'S', hybrid: 'M' } as const;

export async function configure(portal: Portal, slug: string, model: DeploymentModel, plan = PLANS[model]) {
  const { manifest } = await portal.catalogue.bySlug.query({ slug });
  const schema = manifest.parameters.schema as { properties?: Record<string, { default?: unknown }> };
  const entries = Object.entries(schema.properties ?? {});
  const params = Object.fromEntries(
    entries.flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
  );
  return { offering: slug, model, plan, modules: [], params, currency: 'CNY', termMonths: 1, volume: null } as const;
}

export async function orderOnce(
  portal: Portal,
  runs: Runs,
  configuration: Awaited<ReturnType<typeof configure>>,
): Promise<Ordered> {
  const name = `bench-${configuration.model}-${Date.now().toString(36)}`;
  const askedAt = performance.now();
  const { previewId } = await portal.previews.create.mutate({ configuration: { ...configuration, modules: [], name } });
  while ((await portal.previews.byId.query({ previewId })).state === 'queued') await delay(20);
  const previewMs = performance.now() - askedAt;
  const startedAt = performance.now();
  const { runId, tenantId } = await portal.orders.place.mutate({ previewId, idempotencyKey: crypto.randomUUID() });
  const orderedMs = performance.now() - startedAt;
  if (!runId) throw new Error('the order waits for an approval');
  const end = await runs.end(runId);
  if (end.type !== 'run.succeeded') throw new Error(`the run ended with ${end.type}`);
  const { apiKey, endpoint } = await portal.tenants.revealKey.mutate({ tenantId });
  const answer = await fetch(`${endpoint}/invariants`, { headers: { authorization: `Bearer ${apiKey}` } });
  if (!answer.ok) throw new Error(`the tenant's API answers ${answer.status}`);
  const answeredMs = performance.now() - startedAt;
  const { steps } = await portal.runs.byId.query({ runId });
  const stepsMs = Object.fromEntries(
    steps.map(({ name: step, startedAt: from, finishedAt: to }) => [
      step,
      from && to ? to.getTime() - from.getTime() : 0,
    ]),
  );
  const proved = steps.find((step) => step.name === 'prove')?.detail as { ms?: number } | undefined;
  const ref = /\/t\/([^/]+)\//.exec(endpoint)?.[1] ?? '';
  const times = { previewMs, orderedMs, activeMs: end.at - startedAt, answeredMs, smokeMs: proved?.ms ?? 0 };
  return { tenantId, ref, name, ...times, stepsMs };
}

export async function retire(portal: Portal, runs: Runs, { tenantId, name }: Ordered): Promise<void> {
  const idempotencyKey = crypto.randomUUID();
  const { runId } = await portal.tenants.act.mutate({ tenantId, action: 'retire', confirmName: name, idempotencyKey });
  await runs.end(runId);
}

// `npm run order`: configure, see the plan, order, watch it being built, call its API.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Configuration, Currency } from '../domain/configuration.ts';
import type { OrderId, PreviewId, RunId, TenantId } from '../domain/ids.ts';
import type { ProvedStep } from '../domain/run-facts.ts';
import { OutcomeError, UsageError } from './errors.ts';
import { factsLine, followRun } from './follow-run.ts';
import { result, say } from './output.ts';
import { readParams } from './params.ts';
import { CONNECTION_OPTIONS, openPortal, type Portal } from './portal.ts';

const USAGE = `npm run order -- --offering <slug> --model <public|private|hybrid> --plan <S|M|L|XL>
  [--name <name>] [--param key=value]… [--module <slug>]… [--currency CNY] [--term <months>] [--json] [--url <portal> --token <token>]`;

const PREVIEW_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 10_000;
const EVERY_MS = 40;

/** What `--json` prints, on one line. */
interface OrderResult {
  tenantId: TenantId;
  orderId: OrderId;
  runId: RunId | null;
  /** Of the tenant. */
  state: string;
  /** Base of the tenant's API; null while the order waits for an approval. */
  endpoint: string | null;
  apiKey: string | null;
  /** Steps of the smoke transaction that passed before the tenant became active. */
  smoke: readonly ProvedStep[];
  /** Since the order was sent: accepted, tenant active, its API answered. */
  ms: { order: number; active: number | null; firstAnswer: number | null };
}

/** @throws UsageError, OutcomeError, or the portal's refusal */
export async function runOrder(args: string[]): Promise<void> {
  const options = readOptions(args);
  const portal = openPortal(options);
  const configuration = await configure(portal, options);
  const previewId = await preview(portal, configuration);

  const sentAt = performance.now();
  const since = () => Math.round(performance.now() - sentAt);
  const order = await portal.orders.place.mutate({ previewId, idempotencyKey: randomUUID() });
  const { orderId, runId, tenantId } = order;
  const ordered = since();
  say(`Order ${order.number} for ${configuration.name} (${order.ref}): ${order.state}`);
  if (runId === null) {
    const { waitsFor } = await portal.orders.byId.query({ orderId });
    say(`It waits: ${factsLine(waitsFor)}`);
    const ms = { order: ordered, active: null, firstAnswer: null };
    print({ tenantId, orderId, runId, state: 'ordered', endpoint: null, apiKey: null, smoke: [], ms }, options.json);
    return;
  }
  const run = await followRun(portal, runId, say);
  if (run.state !== 'succeeded')
    throw new OutcomeError(`run_${run.state}`, `The run ${run.state}: ${factsLine(run.failure)}`);
  const active = since();
  const { apiKey, endpoint } = await portal.tenants.revealKey.mutate({ tenantId });
  await firstAnswer(endpoint, apiKey);
  const ms = { order: ordered, active, firstAnswer: since() };
  const { state } = await portal.tenants.byId.query({ tenantId });
  print({ tenantId, orderId, runId, state, endpoint, apiKey, smoke: run.smoke, ms }, options.json);
}

type Options = ReturnType<typeof readOptions>;

function readOptions(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...CONNECTION_OPTIONS,
        offering: { type: 'string' },
        model: { type: 'string' },
        plan: { type: 'string' },
        name: { type: 'string' },
        param: { type: 'string', multiple: true, default: [] },
        module: { type: 'string', multiple: true, default: [] },
        currency: { type: 'string', default: Currency.options[0] },
        term: { type: 'string', default: '1' },
      },
    });
    return { ...values, json: values.json ?? false };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
}

/** Parameters that are not named take the defaults of the offering's schema. */
async function configure(portal: Portal, options: Options): Promise<Configuration> {
  if (!options.offering) throw new UsageError(USAGE);
  const { manifest } = await portal.catalogue.bySlug.query({ slug: options.offering });
  const parsed = Configuration.safeParse({
    offering: options.offering,
    model: options.model,
    plan: options.plan,
    name: options.name ?? nameFor(options.offering, options.model),
    modules: options.module,
    params: readParams(options.param, manifest.parameters.schema),
    currency: options.currency,
    termMonths: Number(options.term),
    volume: null,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${issue?.path.join('.')}: ${issue?.message}\n${USAGE}`);
}

/** Tenants of an organisation have names of their own; whoever gives none gets one that tells what it is. */
const nameFor = (offering: string, model = ''): string => `${offering}-${model}-${randomUUID().slice(0, 4)}`;

/** The plan of resources must exist before it can be ordered. */
async function preview(portal: Portal, configuration: Configuration): Promise<PreviewId> {
  const { previewId } = await portal.previews.create.mutate({ configuration });
  const deadline = Date.now() + PREVIEW_WITHIN_MS;
  for (;;) {
    const view = await portal.previews.byId.query({ previewId });
    if (view.state === 'ready') {
      say(`Planned ${view.plan?.resources.length ?? 0} resources`);
      return previewId;
    }
    if (view.state === 'failed') throw new OutcomeError('preview_failed', `No plan: ${factsLine(view.failure ?? {})}`);
    if (Date.now() > deadline) throw new OutcomeError('preview_late', 'No plan came; is the worker running?');
    await delay(EVERY_MS);
  }
}

async function firstAnswer(endpoint: string, apiKey: string): Promise<void> {
  const deadline = Date.now() + ANSWER_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${endpoint}/invariants`, { headers: { authorization: `Bearer ${apiKey}` } });
    await response.body?.cancel();
    if (response.ok) return;
    if (Date.now() > deadline) throw new OutcomeError('no_answer', `The tenant's API answers ${response.status}.`);
    await delay(EVERY_MS);
  }
}

function print(placed: OrderResult, json: boolean): void {
  if (json) {
    result(JSON.stringify(placed));
    return;
  }
  const lines = [
    `tenant    ${placed.tenantId}`,
    `state     ${placed.state}`,
    ...(placed.endpoint === null
      ? []
      : [`endpoint  ${placed.endpoint}`, `API key   ${placed.apiKey}   (shown this once)`]),
    ...(placed.ms.firstAnswer === null
      ? []
      : [
          `smoke     ${placed.smoke.length} steps passed`,
          `order to first answer: ${(placed.ms.firstAnswer / 1000).toFixed(2)} s`,
        ]),
  ];
  result(lines.join('\n'));
}

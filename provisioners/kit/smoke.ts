/** Expectations of smoke transactions: what was expected, what came, in one sentence that a person can act on. */
import { setTimeout as delay } from 'node:timers/promises';
import type { DeploymentModel } from '../../server/domain/manifest.ts';
import type { LocalText } from '../../server/domain/text.ts';
import { text, type SmokeClient, type SmokeStep } from './offering.ts';

/** The steps of a proof that concern a tenant of this model.
 * @param modules installed: chosen, or included in the plan */
export const stepsFor = (
  steps: readonly SmokeStep[],
  model: DeploymentModel,
  modules: readonly string[],
): readonly SmokeStep[] =>
  steps.filter(
    ({ models, module }) => (models?.includes(model) ?? true) && (module === undefined || modules.includes(module)),
  );

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const shown = ({ status, body }: Answer): string =>
  typeof body['code'] === 'string' ? `${status} ${body['code']}` : String(status);

/** @throws Error when the answer has another status */
export function expectStatus(answer: Answer, status: number, what: string): void {
  if (answer.status !== status) throw new Error(`${what}: expected ${status}, got ${shown(answer)}`);
}

/** @throws Error when the answer is not the problem with this status and code */
export function expectProblem(answer: Answer, status: number, code: string, what: string): void {
  if (answer.status !== status || answer.body['code'] !== code) {
    throw new Error(`${what}: expected ${status} ${code}, got ${shown(answer)}`);
  }
}

/** @throws Error when the two differ */
export function expectValue(actual: unknown, expected: string | number | boolean, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

/** What an earlier step has left.
 * @throws Error when there is no such text */
export function need(memo: Readonly<Record<string, unknown>>, name: string): string {
  const value = memo[name];
  if (typeof value !== 'string') throw new Error(`step needs ${name}, which an earlier step makes`);
  return value;
}

/** What is published is promised to be seen at the edge within this time; what is born there may take as long on its way back. */
const SEEN_WITHIN_MS = 10_000;
/** The first questions come fast, because most answers do; later ones leave the server alone. */
const ASK_AFTER_MS = 10;
const ASK_EVERY_MS_MAX = 150;

/** The public side of a hybrid tenant.
 * @throws Error when the tenant has none */
export function edgeOf(client: SmokeClient): SmokeClient {
  if (client.edge === undefined) throw new Error('expected a public side, got none');
  return client.edge;
}

/** Asks until there is an answer.
 * @param ask answers undefined as long as there is nothing
 * @returns the answer, and after how many milliseconds it came
 * @throws Error naming what was expected when none comes in time */
export async function awaitAnswer<T>(
  what: string,
  ask: () => Promise<T | undefined>,
): Promise<{ readonly answer: T; readonly ms: number }> {
  const startedAt = performance.now();
  for (let waitMs = ASK_AFTER_MS; ; waitMs = Math.min(ASK_EVERY_MS_MAX, waitMs * 1.5)) {
    const answer = await ask();
    const ms = Math.round(performance.now() - startedAt);
    if (answer !== undefined) return { answer, ms };
    if (ms > SEEN_WITHIN_MS) throw new Error(`${what}: expected within ${SEEN_WITHIN_MS} ms, got nothing`);
    await delay(waitMs);
  }
}

type Row = Readonly<Record<string, unknown>>;

/** Asks until a row of the view is as wanted.
 * @throws Error naming what was expected when it does not come in time, or the view does not answer */
export async function awaitRow(
  client: SmokeClient,
  view: string,
  query: Readonly<Record<string, string>>,
  what: string,
  wanted: (row: Row) => boolean = () => true,
): Promise<{ readonly row: Row; readonly ms: number }> {
  const { answer, ms } = await awaitAnswer(what, async () => {
    const { status, items } = await client.view(view, query);
    expectStatus({ status, body: {} }, 200, `view ${view}`);
    return items.find(wanted);
  });
  return { row: answer, ms };
}

/** @returns how many rules one side has
 * @throws Error naming those that are broken */
async function expectRulesHold(client: SmokeClient, what: string): Promise<number> {
  const { status, items } = await client.view('invariants');
  expectStatus({ status, body: {} }, 200, what);
  const broken = items.filter((item) => Number(item['violations']) !== 0).map((item) => item['rule']);
  expectValue(items.length > 0, true, 'rules to check');
  expectValue(broken.join(', '), '', 'broken rules');
  return items.length;
}

const held = (rules: number): string => (rules === 1 ? '1 rule holds' : `${rules} rules hold`);

/** The last step of a proof: the rules hold over what it made, and still when that is gone. */
export const tidyUp: SmokeStep = {
  name: 'invariants',
  title: text('Tidy up and check every invariant', '清理并检查全部不变量'),
  run: async (client) => {
    await expectRulesHold(client, 'view invariants before the cleanup');
    expectStatus(await client.call('smoke_cleanup', {}), 200, 'smoke_cleanup');
    return held(await expectRulesHold(client, 'view invariants'));
  },
};

/** The last step at a public side.
 * @param title says what the edge never names
 * @param before what else is to be done there first */
export const checkEdgeRules = (
  title: LocalText,
  before: (edge: SmokeClient) => Promise<void> = async () => {},
): SmokeStep => ({
  name: 'edge-rules',
  title,
  models: ['hybrid'],
  run: async (client) => {
    const edge = edgeOf(client);
    await before(edge);
    return held(await expectRulesHold(edge, 'view invariants of the edge'));
  },
});

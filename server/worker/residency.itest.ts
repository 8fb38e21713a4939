// Where records must stay, through the worker: looked at before the order and again by its run, and written on what is made.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PLATFORM, inScope } from '../db/scope.ts';
import { PreflightCheck } from '../domain/preflight.ts';
import { makeTestKeeper, type TestKeeper } from '../testing/keeper.ts';
import { askPreview, openShop, placeOrder, previewAnswer, runOutcome, type Shop } from '../testing/worker-orders.ts';
import { makeWorkerWorld, type WorkerWorld } from '../testing/worker-world.ts';
import { tenantProgram } from './graph.ts';
import { preflightChange } from './preflight.ts';
import { loadRun, specOf } from './run-record.ts';

let keeper: TestKeeper;
let world: WorkerWorld;
let shop: Shop;

beforeAll(async () => {
  keeper = await makeTestKeeper();
  await keeper.start();
  world = await makeWorkerWorld(keeper.dataDir);
  shop = await openShop(world, 'private');
  const worker = await world.startWorker();
  return async () => {
    await worker.stop();
  };
});
afterAll(async () => {
  await world.close();
  await keeper.remove();
});

const wanting = (residency: string, model: Shop['model'] = 'private'): Shop => ({
  ...shop,
  model,
  params: { ...(shop.params as object), residency },
});
const checkIn = (facts: unknown): PreflightCheck | undefined =>
  PreflightCheck.array()
    .parse((facts as { preflight: unknown }).preflight)
    .find(({ code }) => code === 'residency');

test('the region says where it lies by law', async () => {
  const regions = await inScope(world.db, PLATFORM, (tx) =>
    tx.region.findMany({ select: { code: true, territories: true } }),
  );
  expect(regions).toEqual([{ code: 'local', territories: ['CN'] }]);
});

test('records that may lie here pass the look, and what is made says so', async () => {
  const ordered = await placeOrder(world, wanting('CN'));
  const run = await runOutcome(world, ordered.runId, 60_000);
  expect(run).toMatchObject({ state: 'succeeded', failure: {}, tenant: { params: { residency: 'CN' } } });
  const reserved = run.steps.find(({ name }) => name === 'reserve')?.detail;
  expect(checkIn(reserved)).toMatchObject({ verdict: 'pass', advice: null });
  const resources = await inScope(world.db, PLATFORM, (tx) =>
    tx.tenantResource.findMany({ where: { tenantId: ordered.tenantId, type: 'industry:local:TenantInstance' } }),
  );
  expect(resources).toMatchObject([{ outputs: { labels: { tenant: ordered.ref, region: 'local', residency: 'CN' } } }]);
  const row = await inScope(world.db, PLATFORM, (tx) => loadRun(tx, ordered.runId));
  const spec = specOf(row!.tenant);
  const graphs = ['CN', 'EU'].map(
    (residency) => tenantProgram(world.context, { ...spec, params: { residency } }).graph,
  );
  const checks = await preflightChange(world.target, graphs[0]!, graphs[1]!);
  expect(checks.filter(({ verdict }) => verdict === 'fail')).toMatchObject([{ code: 'residency' }]);
});

test('records that must stay elsewhere are refused before anything is made', async () => {
  const { id } = await askPreview(world, wanting('EU'));
  const { state, failure } = await previewAnswer(world, id);
  expect(state).toBe('failed');
  expect(failure).toMatchObject({ code: 'residency_unmet', residency: 'EU', territories: ['CN'] });
  expect(checkIn(failure)).toMatchObject({
    verdict: 'fail',
    advice: { en: expect.stringContaining('mainland China'), zh: expect.stringContaining('中国大陆') },
  });
});

test('a public tenant promises no place', async () => {
  const { id } = await askPreview(world, wanting('EU', 'public'));
  const { state, plan } = await previewAnswer(world, id);
  expect(state).toBe('ready');
  expect(checkIn(plan)).toBeUndefined();
});

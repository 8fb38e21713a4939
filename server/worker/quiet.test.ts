import { expect, test } from 'vitest';
import type { WorkerContext } from './context.ts';
import {
  forgetRests,
  isQuiet,
  isSampleDue,
  mayLeaveWalls,
  mayRest,
  noteSampled,
  pauseAfterVisitMs,
  SAMPLE_SECONDS_MAX,
} from './quiet.ts';

function worldAt(): { ctx: WorkerContext; pass: (seconds: number) => void } {
  let now = 1_800_000_000_000;
  const ctx = { clock: () => new Date(now) } as WorkerContext;
  return { ctx, pass: (seconds) => void (now += seconds * 1_000) };
}
const tenant = { id: 't1', model: 'private' } as const;

test('a private tenant that nobody calls rests between two looks, and no longer', () => {
  const { ctx, pass } = worldAt();
  expect(mayRest(ctx, tenant, 0)).toBe(false); // the first look
  pass(15);
  expect(mayRest(ctx, tenant, 0)).toBe(true);
  expect(isQuiet(ctx, tenant.id)).toBe(true);
  pass(SAMPLE_SECONDS_MAX);
  expect(mayRest(ctx, tenant, 0)).toBe(false);
});

test('a visit is a look', () => {
  const { ctx, pass } = worldAt();
  mayRest(ctx, tenant, 0);
  mayRest(ctx, tenant, 0);
  pass(SAMPLE_SECONDS_MAX - 15);
  noteSampled(ctx, tenant.id);
  pass(30);
  expect(mayRest(ctx, tenant, 0)).toBe(true);
});

test('indicators are due on every third visit, walls every hour; both at once where somebody calls', () => {
  const { ctx, pass } = worldAt();
  const provedAt = ctx.clock();
  mayRest(ctx, tenant, 0);
  const due: boolean[] = [];
  for (let visit = 0; visit < 3; visit++) {
    pass(300);
    due.push(isSampleDue(ctx, tenant.id));
  }
  expect(due).toEqual([false, false, true]);
  expect(mayLeaveWalls(ctx, tenant.id, provedAt)).toBe(true);
  expect(mayLeaveWalls(ctx, tenant.id, undefined)).toBe(false);
  pass(3_600);
  expect(mayLeaveWalls(ctx, tenant.id, provedAt)).toBe(false);
  mayRest(ctx, tenant, 1);
  expect(mayLeaveWalls(ctx, tenant.id, ctx.clock())).toBe(false);
});

test('a call ends the rest at once; a gateway that says nothing changes nothing', () => {
  const { ctx, pass } = worldAt();
  mayRest(ctx, tenant, 0);
  pass(15);
  expect(mayRest(ctx, tenant, null)).toBe(true);
  expect(isQuiet(ctx, tenant.id)).toBe(true);
  expect(mayRest(ctx, tenant, 3)).toBe(false);
  expect(mayRest(ctx, tenant, null)).toBe(false);
  expect(isQuiet(ctx, tenant.id)).toBe(false);
  pass(15);
  expect(mayRest(ctx, tenant, null)).toBe(false);
});

test('tenants of other models never rest, and those that are gone are forgotten', () => {
  const { ctx } = worldAt();
  for (const model of ['public', 'hybrid'] as const) {
    expect([mayRest(ctx, { id: model, model }, 0), mayRest(ctx, { id: model, model }, 0)]).toEqual([false, false]);
  }
  mayRest(ctx, tenant, 0);
  forgetRests(ctx, []);
  expect(isQuiet(ctx, tenant.id)).toBe(false);
});

test.each([
  [1, 20_000],
  [48, 20_000],
  [50, 19_200],
  [1_000, 960],
])('with %d tenants there are %d ms after a visit, so that a round ends in its time', (tenants, ms) => {
  expect(pauseAfterVisitMs(tenants, 4)).toBe(ms);
});

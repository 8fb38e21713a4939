import { expect, test } from 'vitest';
import { brokenWall, proofOf, type IsolationFact } from './isolation.ts';

const fact = (rule: string, ok: boolean): IsolationFact => ({
  rule,
  ok,
  title: { en: rule, zh: rule },
  detail: { en: '', zh: '' },
});
const [monday, tuesday] = [new Date('2026-11-23'), new Date('2026-11-24')];

test('a rule that no longer holds keeps the time it held last', () => {
  const first = proofOf([fact('a', true), fact('b', false)], { at: monday, ms: 1 }, undefined);
  const second = proofOf([fact('a', false), fact('b', true), fact('c', false)], { at: tuesday, ms: 1 }, first);
  expect(first.facts.map(({ heldAt }) => heldAt)).toEqual([monday, null]);
  expect(second.facts.map(({ heldAt }) => heldAt)).toEqual([monday, tuesday, null]);
});

test('a wall with a hole is the reason, by the names of its rules; one that stands or was not tried is none', () => {
  const broken = proofOf([fact('a', true), fact('b', false)], { at: monday, ms: 1 }, undefined);
  expect(brokenWall(broken)).toEqual({ code: 'isolation_broken', rules: ['b'] });
  expect(brokenWall(proofOf([fact('a', true)], { at: monday, ms: 1 }, broken))).toBeNull();
  expect(brokenWall(undefined)).toBeNull();
});

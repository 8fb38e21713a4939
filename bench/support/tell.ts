/** Results in words, a line each. */
import type { Result } from './contest.ts';
import type { Outcome } from './load.ts';

export const rate = (perSecond: number): string =>
  `${perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;

const latency = ({ p50Ms, p95Ms, p99Ms }: Outcome): string =>
  `p50 ${p50Ms.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;

export function tellResult({ name, ratio, ratios, gateway, direct }: Result, per = 1): string {
  const rounds = ratios.map((one) => one.toFixed(2)).join(', ');
  return [
    `${name}: ratio ${ratio.toFixed(2)} (rounds ${rounds})`,
    `  gateway ${rate(gateway.perSecond * per)}, ${latency(gateway)}`,
    `  direct  ${rate(direct.perSecond * per)}, ${latency(direct)}`,
  ].join('\n');
}

/** Answers that no promise covers, in words; none when all is well. */
export function unpromised(outcome: Outcome, refusals: readonly string[]): readonly string[] {
  return Array.from(outcome.answers)
    .filter(([answer]) => answer !== 'ok' && !refusals.includes(answer))
    .map(([answer, count]) => `${count} × ${answer}`);
}

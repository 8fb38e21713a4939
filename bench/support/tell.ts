/** Results in words, a line each. */
import type { Result } from './contest.ts';
import type { Outcome } from './load.ts';

export const rate = (perSecond: number): string =>
  `${perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;

const latency = ({ p50Ms, p95Ms, p99Ms }: Outcome): string =>
  `p50 ${p50Ms.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;

export function tellResult(result: Result, per = 1): string {
  const { name, ratio, ratios, cpuRatio, gatewayCpuMs, othersShare, gateway, direct } = result;
  const rounds = ratios.map((one) => one.toFixed(2)).join(', ');
  return [
    `${name}: ratio ${ratio.toFixed(2)} (rounds ${rounds})`,
    `  processor: ratio ${cpuRatio.toFixed(2)}, the gateway itself ${gatewayCpuMs.toFixed(3)} ms a call; others used ${Math.round(othersShare * 100)} % of the machine`,
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

/** Beyond this share of the machine in other hands, calls a second say more of the others than of the gateway. */
const OTHERS_SHARE_MAX = 0.15;

/** The ratio that is held against a limit: of calls a second on a quiet machine, of processor time on a busy one. */
export const fairRatio = ({ ratio, cpuRatio, othersShare }: Result): number =>
  othersShare > OTHERS_SHARE_MAX ? Math.max(ratio, cpuRatio) : ratio;

/** What a form waits for while one fills it in: a plan that the worker computes. Orders and changes both show one. */
import { z } from 'zod';
import type { ApiError } from '@/app/_trpc/client.tsx';
import type { Facts } from '@/app/_portal/reason.ts';
import { PreflightCheck } from '@/server/domain/preflight.ts';
import type { PlanView } from './plan-rows.ts';

/** `none`: nothing to plan yet. `settling`: one still types. `computing`: the worker is at it. `refused`: the server took no inputs. */
export type PlannedPhase = 'none' | 'settling' | 'computing' | 'ready' | 'failed' | 'refused';

/** The answer, of these inputs or of earlier ones. */
export interface PlanAnswer {
  readonly plan: PlanView | null;
  readonly planHash: string | null;
  readonly failure: Facts | null;
  readonly computedAt: Date | null;
}

export interface Planned<Answer extends PlanAnswer = PlanAnswer> {
  readonly answer: Answer | null;
  readonly phase: PlannedPhase;
  /** What the server said of the inputs. */
  readonly refusal: ApiError | null;
  readonly again: () => void;
}

const Checks = z.object({ preflight: z.array(PreflightCheck) });

/** What the target found when it looked, whether there is a plan or the look kept it from being one; none when nobody looked. */
export function checksOf(answer: PlanAnswer | null): readonly PreflightCheck[] {
  const found = Checks.safeParse(answer?.failure ?? answer?.plan);
  return found.success ? found.data.preflight : [];
}

/** The first check that stops it; undefined when none does. */
export const stopperOf = (answer: PlanAnswer | null): PreflightCheck | undefined =>
  checksOf(answer).find(({ verdict }) => verdict === 'fail');

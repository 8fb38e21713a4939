/** All steps by the name the lifecycle gives them: a name without a file does not compile. */
import type { StepName } from '../domain/lifecycle.ts';
import type { Step } from './step.ts';
import { adopt } from './steps/adopt.ts';
import { assess } from './steps/assess.ts';
import { closeRoutes } from './steps/close-routes.ts';
import { converge } from './steps/converge.ts';
import { destroy } from './steps/destroy.ts';
import { endSubscription } from './steps/end-subscription.ts';
import { openRoutes } from './steps/open-routes.ts';
import { plan } from './steps/plan.ts';
import { prove } from './steps/prove.ts';
import { rekey } from './steps/rekey.ts';
import { reserve } from './steps/reserve.ts';
import { rest } from './steps/rest.ts';
import { settle } from './steps/settle.ts';
import { startMetering } from './steps/start-metering.ts';
import { stopMetering } from './steps/stop-metering.ts';
import { transfer } from './steps/transfer.ts';
import { wake } from './steps/wake.ts';

export const STEPS: Readonly<Record<StepName, Step>> = {
  reserve,
  plan,
  converge,
  prove,
  startMetering,
  closeRoutes,
  openRoutes,
  rest,
  wake,
  stopMetering,
  destroy,
  endSubscription,
  assess,
  adopt,
  transfer,
  settle,
  rekey,
};

import { z } from 'zod';
import { listTargets } from '../../services/targets.ts';
import { TargetView } from '../../services/views/catalogue.ts';
import { procedure, router } from '../trpc.ts';

export const targetsRouter = router({
  list: procedure.output(z.object({ targets: z.array(TargetView) })).query(({ ctx }) => listTargets(ctx)),
});

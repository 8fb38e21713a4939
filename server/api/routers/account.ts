import { z } from 'zod';
import { changePassword, readMe, signOutEverywhere } from '../../services/account.ts';
import { ChangePasswordInput, Me } from '../../services/views/people.ts';
import { procedure, router } from '../trpc.ts';

export const accountRouter = router({
  me: procedure.output(Me).query(({ ctx }) => readMe(ctx)),
  /** Ends all sessions of the person, this one too. */
  signOutEverywhere: procedure
    .output(z.object({ ended: z.literal(true) }))
    .mutation(({ ctx }) => signOutEverywhere(ctx)),
  changePassword: procedure
    .input(ChangePasswordInput)
    .output(z.object({ changed: z.literal(true) }))
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
});

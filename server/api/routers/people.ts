import { z } from 'zod';
import { listPeople, setDisabled } from '../../services/people.ts';
import { pageOf } from '../../services/views/common.ts';
import { PeopleListInput, PersonView, SetDisabledInput } from '../../services/views/people.ts';
import { procedure, router } from '../trpc.ts';

export const peopleRouter = router({
  list: procedure
    .input(PeopleListInput)
    .output(pageOf(PersonView))
    .query(({ ctx, input }) => listPeople(ctx, input)),
  /** A disabled person's sessions and tokens stop at once. */
  setDisabled: procedure
    .input(SetDisabledInput)
    .output(z.object({ disabled: z.boolean() }))
    .mutation(({ ctx, input }) => setDisabled(ctx, input)),
});

import { listOrganisations } from '../../services/organisations.ts';
import { pageOf } from '../../services/views/common.ts';
import { OrganisationListInput, OrganisationView } from '../../services/views/people.ts';
import { procedure, router } from '../trpc.ts';

export const organisationsRouter = router({
  list: procedure
    .input(OrganisationListInput)
    .output(pageOf(OrganisationView))
    .query(({ ctx, input }) => listOrganisations(ctx, input)),
});

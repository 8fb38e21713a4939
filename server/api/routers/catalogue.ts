import { z } from 'zod';
import { listOfferings, readOffering } from '../../services/catalogue.ts';
import { OfferingDetail, OfferingListInput, OfferingSummary } from '../../services/views/catalogue.ts';
import { procedure, router } from '../trpc.ts';

export const catalogueRouter = router({
  list: procedure
    .input(OfferingListInput)
    .output(z.object({ offerings: z.array(OfferingSummary) }))
    .query(({ ctx, input }) => listOfferings(ctx, input)),
  /** Without a version: the newest that may be shown. */
  bySlug: procedure
    .input(z.object({ slug: z.string().max(60), version: z.string().max(30).optional() }))
    .output(OfferingDetail)
    .query(({ ctx, input }) => readOffering(ctx, input)),
});

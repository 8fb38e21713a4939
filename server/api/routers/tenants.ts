import { z } from 'zod';
import { TenantId } from '../../domain/ids.ts';
import { callApi } from '../../services/tenants/call-api.ts';
import { listTenants } from '../../services/tenants/list-tenants.ts';
import { readMetrics } from '../../services/tenants/read-metrics.ts';
import { readPicture } from '../../services/tenants/read-picture.ts';
import { readTenant } from '../../services/tenants/read-tenant.ts';
import { requestAction } from '../../services/tenants/request-action.ts';
import { revealKey } from '../../services/tenants/reveal-key.ts';
import { pageOf } from '../../services/views/common.ts';
import { StartedRun } from '../../services/views/runs.ts';
import {
  ActInput,
  ApiAnswer,
  CallApiInput,
  KpiSeries,
  MetricsInput,
  PictureData,
  PictureQuery,
  RevealedKey,
  TenantDetail,
  TenantListInput,
  TenantSummary,
} from '../../services/views/tenants.ts';
import { procedure, router } from '../trpc.ts';

export const tenantsRouter = router({
  list: procedure
    .input(TenantListInput)
    .output(pageOf(TenantSummary))
    .query(({ ctx, input }) => listTenants(ctx, input)),
  byId: procedure
    .input(z.object({ tenantId: TenantId }))
    .output(TenantDetail)
    .query(({ ctx, input }) => readTenant(ctx, input.tenantId)),
  metrics: procedure
    .input(MetricsInput)
    .output(z.object({ series: z.array(KpiSeries) }))
    .query(({ ctx, input }) => readMetrics(ctx, input)),
  act: procedure
    .input(ActInput)
    .output(StartedRun)
    .mutation(({ ctx, input }) => requestAction(ctx, input)),
  /** Works once: the sealed key is deleted in the same transaction. */
  revealKey: procedure
    .input(z.object({ tenantId: TenantId }))
    .output(RevealedKey)
    .mutation(({ ctx, input }) => revealKey(ctx, input.tenantId)),
  /** Calls the tenant's API in the person's name; an HTTP error of the API is an answer, not a fault. */
  callApi: procedure
    .input(CallApiInput)
    .output(ApiAnswer)
    .mutation(({ ctx, input }) => callApi(ctx, input)),
  /** Rows of a picture that the offering declares, read through the tenant's API in the person's name. */
  picture: procedure
    .input(PictureQuery)
    .output(PictureData)
    .query(({ ctx, input }) => readPicture(ctx, input)),
});

import { z } from 'zod';
import { ChangeId, TenantId } from '../../domain/ids.ts';
import { Topology } from '../../domain/topology.ts';
import { askChange } from '../../services/changes/ask-change.ts';
import { planChange } from '../../services/changes/plan-change.ts';
import { readChange } from '../../services/changes/read-change.ts';
import { withdrawChange } from '../../services/changes/withdraw-change.ts';
import { callApi } from '../../services/tenants/call-api.ts';
import { listTenants } from '../../services/tenants/list-tenants.ts';
import { readMetrics } from '../../services/tenants/read-metrics.ts';
import { readPicture } from '../../services/tenants/read-picture.ts';
import { readTenant } from '../../services/tenants/read-tenant.ts';
import { readTopology } from '../../services/tenants/read-topology.ts';
import { requestAction } from '../../services/tenants/request-action.ts';
import { revealKey } from '../../services/tenants/reveal-key.ts';
import {
  AskChangeInput,
  AskedChange,
  ChangeState,
  ChangeView,
  PlanChangeInput,
  PlannedChange,
} from '../../services/views/changes.ts';
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
  RevealKeyInput,
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
  /** What runs where, what crosses between the sides and how far behind it is; sampled every few seconds. */
  topology: procedure
    .input(z.object({ tenantId: TenantId }))
    .output(Topology.nullable())
    .query(({ ctx, input }) => readTopology(ctx, input.tenantId)),
  metrics: procedure
    .input(MetricsInput)
    .output(z.object({ series: z.array(KpiSeries) }))
    .query(({ ctx, input }) => readMetrics(ctx, input)),
  act: procedure
    .input(ActInput)
    .output(StartedRun)
    .mutation(({ ctx, input }) => requestAction(ctx, input)),
  /** Prices a change of a running tenant and asks the worker for its resource diff; nothing is changed. */
  planChange: procedure
    .input(PlanChangeInput)
    .output(PlannedChange)
    .mutation(({ ctx, input }) => planChange(ctx, input)),
  changeById: procedure
    .input(z.object({ changeId: ChangeId }))
    .output(ChangeView)
    .query(({ ctx, input }) => readChange(ctx, input.changeId)),
  change: procedure
    .input(AskChangeInput)
    .output(AskedChange)
    .mutation(({ ctx, input }) => askChange(ctx, input)),
  withdrawChange: procedure
    .input(z.object({ changeId: ChangeId }))
    .output(z.object({ state: ChangeState }))
    .mutation(({ ctx, input }) => withdrawChange(ctx, input.changeId)),
  /** Works once: the sealed key is deleted in the same transaction. */
  revealKey: procedure
    .input(RevealKeyInput)
    .output(RevealedKey)
    .mutation(({ ctx, input }) => revealKey(ctx, input)),
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

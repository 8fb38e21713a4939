import type { z } from 'zod';
import type { Transaction } from '../../db/client.ts';
import type { Manifest } from '../../domain/manifest.ts';
import type { ServiceContext } from '../context.ts';
import { manifestOf, SELECT_OFFERING } from '../references.ts';
import { authorize, found, transact } from '../support.ts';
import type { KpiSeries, MetricsInput } from '../views/tenants.ts';

const DAY_MS = 24 * 3_600_000;
/** Points of one series: a line on a screen shows no more. */
const POINTS_MAX = 500;

export async function readMetrics(
  ctx: ServiceContext,
  input: z.output<typeof MetricsInput>,
): Promise<{ series: z.input<typeof KpiSeries>[] }> {
  authorize(ctx.actor, 'tenant:read');
  return transact(ctx, async (tx) => {
    const tenant = found(
      ctx.actor,
      'tenant',
      await tx.tenant.findUnique({
        where: { id: input.tenantId },
        select: { id: true, organisationId: true, offeringVersion: SELECT_OFFERING },
      }),
    );
    const to = input.to ?? ctx.ports.now();
    const from = input.from ?? new Date(to.getTime() - DAY_MS);
    const series = await readSeries(tx, {
      tenantId: tenant.id,
      manifest: manifestOf(tenant.offeringVersion),
      from,
      to,
    });
    return { series: series.filter(({ spec }) => input.names === undefined || input.names.includes(spec.name)) };
  });
}

interface SeriesRequest {
  readonly tenantId: string;
  readonly manifest: Manifest;
  readonly from: Date;
  readonly to: Date;
}

/** The offering's KPIs over a time, thinned to what can be drawn: of each slice the last sample. */
export async function readSeries(tx: Transaction, request: SeriesRequest): Promise<z.input<typeof KpiSeries>[]> {
  const { tenantId, manifest, from, to } = request;
  const sliceMs = Math.max(1, Math.ceil((to.getTime() - from.getTime()) / POINTS_MAX));
  const rows = await tx.$queryRaw<{ name: string; at: Date; value: number }[]>`
    SELECT DISTINCT ON (name, slice) name, at, value
      FROM (SELECT name, at, value, floor(extract(epoch FROM at) * 1000 / ${sliceMs}::float8) AS slice
              FROM "KpiSample" WHERE "tenantId" = ${tenantId}::uuid AND at > ${from} AND at <= ${to}) s
     ORDER BY name, slice, at DESC`;
  const byName = Map.groupBy(rows, ({ name }) => name);
  return manifest.kpis.map((spec) => ({
    spec,
    points: (byName.get(spec.name) ?? []).map(({ at, value }) => ({ at, value })),
  }));
}

import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import { ActionName } from '../../domain/lifecycle.ts';
import {
  offeringRef,
  personRef,
  SELECT_OFFERING,
  SELECT_ORGANISATION,
  SELECT_PERSON,
  tenantRefView,
} from '../references.ts';
import type { Facts } from '../views/common.ts';
import type { RunSummary } from '../views/runs.ts';

export const RUN_INCLUDE = {
  organisation: SELECT_ORGANISATION,
  tenant: { select: { id: true, ref: true, name: true, state: true, offeringVersion: SELECT_OFFERING } },
  requestedBy: SELECT_PERSON,
} as const satisfies Prisma.RunInclude;
export type RunRow = Prisma.RunGetPayload<{ include: typeof RUN_INCLUDE }>;

export function runView(row: RunRow): z.input<typeof RunSummary> {
  return {
    id: row.id,
    number: row.number,
    action: ActionName.parse(row.action),
    state: row.state,
    organisation: { ...row.organisation, id: row.organisation.id },
    tenant: tenantRefView(row.tenant),
    offering: offeringRef(row.tenant.offeringVersion),
    requestedBy: personRef(row.requestedBy),
    waitsFor: row.waitsFor as Facts,
    failure: row.failure as Facts,
    queuedAt: row.queuedAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
  };
}

import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import { offeringRef, personRef, SELECT_OFFERING, SELECT_ORGANISATION, SELECT_PERSON } from '../references.ts';
import type { ApprovalSummary } from '../views/approvals.ts';
import type { Facts } from '../views/common.ts';

export const APPROVAL_INCLUDE = {
  organisation: SELECT_ORGANISATION,
  decidedBy: SELECT_PERSON,
  order: {
    select: {
      id: true,
      number: true,
      planHash: true,
      placedBy: SELECT_PERSON,
      tenant: { select: { name: true } },
      offeringVersion: SELECT_OFFERING,
    },
  },
  quote: {
    select: {
      id: true,
      number: true,
      planHash: true,
      configuration: true,
      createdBy: SELECT_PERSON,
      offeringVersion: SELECT_OFFERING,
    },
  },
  change: {
    select: {
      id: true,
      number: true,
      planHash: true,
      tenantId: true,
      requestedBy: SELECT_PERSON,
      tenant: { select: { name: true, offeringVersion: SELECT_OFFERING } },
    },
  },
  run: {
    select: {
      id: true,
      number: true,
      planHash: true,
      requestedBy: SELECT_PERSON,
      tenant: { select: { name: true, offeringVersion: SELECT_OFFERING } },
    },
  },
} as const satisfies Prisma.ApprovalInclude;
export type ApprovalRow = Prisma.ApprovalGetPayload<{ include: typeof APPROVAL_INCLUDE }>;

/** What is asked about: who asked, what it is called, and the plan that stands now. Exactly one of the four is there. */
export function subjectOf({ order, quote, run, change }: ApprovalRow) {
  if (order) {
    const { number: label, tenant, placedBy: requestedBy, offeringVersion, planHash } = order;
    return { label, tenantName: tenant.name, requestedBy, offeringVersion, planHash };
  }
  if (quote) {
    const { number: label, createdBy: requestedBy, offeringVersion, planHash } = quote;
    const { name: tenantName } = quote.configuration as { name: string };
    return { label, tenantName, requestedBy, offeringVersion, planHash };
  }
  if (run) {
    const { tenant, requestedBy, planHash } = run;
    const label = `${tenant.name} #${run.number}`;
    return {
      label,
      tenantName: tenant.name,
      requestedBy,
      offeringVersion: tenant.offeringVersion,
      planHash: planHash ?? '',
    };
  }
  if (change) {
    const { tenant, requestedBy, planHash, number } = change;
    const { name: tenantName, offeringVersion } = tenant;
    return { label: number ?? tenantName, tenantName, requestedBy, offeringVersion, planHash: planHash ?? '' };
  }
  throw new TypeError('an approval without a subject');
}

export function approvalView(row: ApprovalRow): z.input<typeof ApprovalSummary> {
  const { label, tenantName, requestedBy, offeringVersion } = subjectOf(row);
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    subject: {
      orderId: row.orderId,
      quoteId: row.quoteId,
      runId: row.runId,
      changeId: row.changeId,
      tenantId: row.change?.tenantId ?? null,
      label,
      tenantName,
    },
    organisation: { ...row.organisation, id: row.organisation.id },
    offering: offeringRef(offeringVersion),
    rule: row.rule as Facts,
    planHash: row.planHash,
    requestedBy: personRef(requestedBy),
    requestedAt: row.requestedAt,
    decidedBy: row.decidedById === null ? null : personRef(row.decidedBy),
    decidedAt: row.decidedAt,
    reason: row.reason,
  };
}

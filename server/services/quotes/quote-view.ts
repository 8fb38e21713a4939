import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import { Configuration, type Currency } from '../../domain/configuration.ts';
import { offeringRef, personRef, SELECT_OFFERING, SELECT_ORGANISATION, SELECT_PERSON } from '../references.ts';
import type { QuoteSummary } from '../views/quotes.ts';

export const QUOTE_INCLUDE = {
  organisation: SELECT_ORGANISATION,
  offeringVersion: SELECT_OFFERING,
  createdBy: SELECT_PERSON,
} as const satisfies Prisma.QuoteInclude;
export type QuoteRow = Prisma.QuoteGetPayload<{ include: typeof QUOTE_INCLUDE }>;

export function quoteView(row: QuoteRow): z.input<typeof QuoteSummary> {
  return {
    id: row.id,
    number: row.number,
    organisation: { ...row.organisation, id: row.organisation.id },
    offering: offeringRef(row.offeringVersion),
    tenantName: Configuration.parse(row.configuration).name,
    currency: row.currency as Currency,
    monthlyMicro: row.monthlyMicro,
    discountBp: row.discountBp,
    state: row.state,
    validUntil: row.validUntil,
    createdBy: personRef(row.createdBy),
    createdAt: row.createdAt,
    sentAt: row.sentAt,
    decidedAt: row.decidedAt,
  };
}

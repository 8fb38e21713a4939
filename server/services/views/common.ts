/**
 * Views: the shapes that use-cases return and the API promises, as zod schemas. They import domain only and hold no rules; the API parses
 * every answer with them, so a column that is not named here never leaves the server.
 */
import { z } from 'zod';
import type { Fault } from '../../domain/faults.ts';
import { OrganisationId, TenantId, TenantRef } from '../../domain/ids.ts';
import { TenantState } from '../../domain/lifecycle.ts';
import { LocalText } from '../../domain/text.ts';

/** `{ code, …facts }` as it stands in a JSON column; an empty object where nothing is to be said. */
export const Facts = z.record(z.string(), z.unknown());
export type Facts = z.infer<typeof Facts>;

export const FaultView = z.custom<Fault>((value) => typeof value === 'object' && value !== null && 'code' in value);

/** Keyset paging: newest first; `cursor` is the id of the last row seen. */
export const PageInput = z.object({ cursor: z.uuid().nullish(), limit: z.int().min(1).max(100).default(50) });
export type PageInput = z.infer<typeof PageInput>;

/** A page of rows; `nextCursor` is null on the last, `total` counts all rows that match the filters. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.uuid().nullable(), total: z.int() });

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total: number;
}

export const OrganisationRef = z.object({ id: OrganisationId, name: z.string(), slug: z.string() });
export const PersonRef = z.object({ id: z.string(), name: z.string() });
export const OfferingRef = z.object({ slug: z.string(), version: z.string(), name: LocalText, hue: z.number() });
export const TenantRefView = z.object({ id: TenantId, ref: TenantRef, name: z.string(), state: TenantState });
export const TargetRef = z.object({
  name: z.string(),
  region: z.object({ code: z.string(), name: LocalText }),
  healthy: z.boolean(),
});

/** What an account may look for: free text over the names and numbers of a list. */
export const SearchText = z.string().trim().max(100);

/** What every use-case needs: rights, scopes, audit fields, JSON. */
import type { Prisma } from '../../prisma/generated/client.ts';
import { appendAudit } from '../db/audit.ts';
import type { Transaction } from '../db/client.ts';
import { inScope, PLATFORM, type Scope } from '../db/scope.ts';
import { DomainError, type Fault } from '../domain/faults.ts';
import { hasRight, reaches, seesAllOrganisations, type Actor, type Right } from '../domain/policy.ts';
import type { ServiceContext } from './context.ts';
import type { Page } from './views/common.ts';

/** @throws DomainError always */
export function refuse(fault: Fault): never {
  throw new DomainError(fault);
}

/** @throws DomainError `right_missing` */
export function authorize(actor: Actor, right: Right): void {
  if (!hasRight(actor, right)) refuse({ code: 'right_missing', right });
}

/** The object, if it is there and within reach; another organisation's is "not found" too.
 * @throws DomainError `not_found` */
export function found<T extends { readonly organisationId: string }>(actor: Actor, what: string, row: T | null): T {
  if (row === null || !reaches(actor, row.organisationId)) refuse({ code: 'not_found', what });
  return row;
}

/** How far the reader's transactions reach. */
export function scopeOf(actor: Actor): Scope {
  return seesAllOrganisations(actor) ? PLATFORM : { kind: 'organisation', organisationId: actor.orgId };
}

/** One transaction in the actor's own scope. */
export async function transact<T>(ctx: ServiceContext, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inScope(ctx.db, scopeOf(ctx.actor), work);
}

/** Filter of a list by organisation: those who see all may narrow it, others see their own whatever they ask for. */
export function organisationFilter(actor: Actor, asked?: string): { organisationId?: string } {
  if (!seesAllOrganisations(actor)) return { organisationId: actor.orgId };
  return asked === undefined ? {} : { organisationId: asked };
}

export interface AuditFacts {
  readonly organisationId: string;
  readonly right: Right | 'system';
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly subjectName: string;
  readonly before?: Prisma.InputJsonObject;
  readonly after?: Prisma.InputJsonObject;
}

/** Append what the caller did. */
export async function audit(ctx: ServiceContext, tx: Transaction, facts: AuditFacts): Promise<void> {
  const { actor } = ctx;
  const { right, before = {}, after = {}, ...rest } = facts;
  await appendAudit(tx, {
    ...rest,
    before,
    after,
    rightUsed: right,
    actorKind: actor.kind,
    actorId: actor.tokenId ?? actor.userId,
    actorName: actor.name,
    // A token acts for the person who made it.
    behalfOf: actor.kind === 'token' ? actor.userId : '',
    requestId: ctx.requestId,
    ip: ctx.ip,
  });
}

/** Plain JSON of a value for a column: bigints as decimal strings, dates as ISO text, absent members left out. */
export function toJson(value: object): Prisma.InputJsonObject {
  const text = JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member));
  return JSON.parse(text) as Prisma.InputJsonObject;
}

/** Cut one row more than asked into a page. */
export function cutPage<Row extends { readonly id: string }, T>(
  rows: readonly Row[],
  limit: number,
  total: number,
  view: (row: Row) => T,
): Page<T> {
  const kept = rows.slice(0, limit);
  return { items: kept.map(view), nextCursor: rows.length > limit ? kept.at(-1)!.id : null, total };
}

/** The rows behind a cursor, newest first, and one more to know whether there is a next page. */
export function keyset(page: { readonly cursor?: string | null | undefined; readonly limit: number }) {
  const after = page.cursor ? { id: { lt: page.cursor } } : {};
  return { after, orderBy: { id: 'desc' }, take: page.limit + 1 } as const;
}

/** A text as it stands, inside a pattern of LIKE. */
export const literally = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** `contains`, whatever the case. */
export const like = (text: string) => ({ contains: literally(text), mode: 'insensitive' }) as const;

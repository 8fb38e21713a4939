import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import { inScope, PLATFORM } from '../../db/scope.ts';
import { canonicalEntry } from '../../domain/audit-chain.ts';
import type { AuditEntryId } from '../../domain/ids.ts';
import type { Actor } from '../../domain/policy.ts';
import type { ServiceContext } from '../context.ts';
import { SELECT_ORGANISATION } from '../references.ts';
import { authorize, cutPage, found, keyset, like, organisationFilter, transact } from '../support.ts';
import type { AuditDetail, AuditFilter, AuditSearchInput, AuditSummary, SealStatus } from '../views/audit.ts';
import type { Page } from '../views/common.ts';
import { countUnsealed } from './chain-rows.ts';

const INCLUDE = { organisation: SELECT_ORGANISATION } as const;
type Row = Prisma.AuditEntryGetPayload<{ include: typeof INCLUDE }>;

/** The rows that the filters let through, of the organisations that the reader may see. */
export function auditWhere(actor: Actor, filter: AuditFilter): Prisma.AuditEntryWhereInput {
  const { q, actorId, action, subjectKind, subjectId, from, to } = filter;
  return {
    ...organisationFilter(actor, filter.organisationId),
    ...(actorId ? { actorId } : {}),
    ...(action ? { action: { startsWith: action } } : {}),
    ...(subjectKind ? { subjectKind } : {}),
    ...(subjectId ? { subjectId } : {}),
    ...(from || to ? { at: { ...(from ? { gte: from } : {}), ...(to ? { lte: to } : {}) } } : {}),
    ...(q
      ? {
          OR: [
            { actorName: like(q) },
            { action: like(q) },
            { subjectName: like(q) },
            { subjectId: q },
            { requestId: q },
          ],
        }
      : {}),
  };
}

export async function searchAudit(
  ctx: ServiceContext,
  input: z.output<typeof AuditSearchInput>,
): Promise<Page<z.input<typeof AuditSummary>>> {
  authorize(ctx.actor, 'audit:read');
  const { after, ...page } = keyset(input);
  const where = auditWhere(ctx.actor, input);
  return transact(ctx, async (tx) => {
    const rows = await tx.auditEntry.findMany({ where: { AND: [where, after] }, ...page, include: INCLUDE });
    return cutPage(rows, input.limit, await tx.auditEntry.count({ where }), summarize);
  });
}

export async function readAuditEntry(ctx: ServiceContext, id: AuditEntryId): Promise<z.input<typeof AuditDetail>> {
  authorize(ctx.actor, 'audit:read');
  const row = await transact(ctx, async (tx) =>
    found(ctx.actor, 'audit entry', await tx.auditEntry.findUnique({ where: { id }, include: INCLUDE })),
  );
  const { before, after, requestId, ip, prevHash, hash } = row;
  return {
    ...summarize(row),
    before,
    after,
    requestId,
    ip,
    prevHash,
    hash,
    canonical: canonicalEntry(row),
    ...(await neighbours(ctx, row)),
  };
}

/** Of the neighbours, which may be others' entries, place and hashes only. */
async function neighbours(ctx: ServiceContext, { chainSeq }: Row) {
  if (chainSeq === null) return { previous: null, next: null };
  return inScope(ctx.db, PLATFORM, async (tx) => {
    const select = { chainSeq: true, prevHash: true, hash: true } as const;
    const before = await tx.auditEntry.findUnique({ where: { chainSeq: chainSeq - 1n }, select });
    const behind = await tx.auditEntry.findUnique({ where: { chainSeq: chainSeq + 1n }, select });
    return {
      previous: before && { chainSeq: chainSeq - 1n, hash: before.hash ?? '' },
      next: behind && { chainSeq: chainSeq + 1n, hash: behind.hash ?? '', prevHash: behind.prevHash ?? '' },
    };
  });
}

/** How far the chain has come. The chain is one for the installation; numbers and hashes of it tell nothing of its entries. */
export async function readSealStatus(ctx: ServiceContext): Promise<z.input<typeof SealStatus>> {
  authorize(ctx.actor, 'audit:read');
  return inScope(ctx.db, PLATFORM, async (tx) => {
    const unsealed = await countUnsealed(tx);
    const head = await tx.auditEntry.findFirst({ where: { chainSeq: { not: null } }, orderBy: { chainSeq: 'desc' } });
    const checkpoint = await tx.auditCheckpoint.findFirst({ orderBy: { chainSeq: 'desc' } });
    const entries = await tx.auditEntry.count();
    return {
      entries,
      sealed: entries - unsealed,
      unsealed,
      head: head && { chainSeq: head.chainSeq ?? 0n, hash: head.hash ?? '' },
      lastCheckpoint: checkpoint && { chainSeq: checkpoint.chainSeq, at: checkpoint.at, keyId: checkpoint.keyId },
    };
  });
}

function summarize(row: Row): z.input<typeof AuditSummary> {
  const {
    id,
    organisation,
    at,
    actorKind,
    actorId,
    actorName,
    behalfOf,
    rightUsed,
    action,
    subjectKind,
    subjectId,
    subjectName,
    chainSeq,
  } = row;
  return {
    id: id,
    at,
    organisation: { ...organisation, id: organisation.id },
    actorKind,
    actorId,
    actorName,
    behalfOf,
    rightUsed,
    action,
    subjectKind,
    subjectId,
    subjectName,
    chainSeq,
  };
}

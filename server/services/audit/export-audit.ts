/**
 * Evidence for outsiders: JSON lines with a header, the entries asked for, and the chain's checkpoints. Entries carry their canonical text,
 * place and hashes; where entries of others lie between, the proof has their place and hashes only, so that the chain can be followed.
 */
import type { z } from 'zod';
import { inScope, PLATFORM } from '../../db/scope.ts';
import { canonicalEntry, checkpointStatement } from '../../domain/audit-chain.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { ServiceContext } from '../context.ts';
import { audit, authorize, toJson, transact } from '../support.ts';
import type { AuditExport, AuditFilter } from '../views/audit.ts';
import { isSealed } from './chain-rows.ts';
import { auditWhere } from './read-audit.ts';

const ENTRIES_MAX = 10_000;

export async function exportAudit(ctx: ServiceContext, filter: AuditFilter): Promise<z.input<typeof AuditExport>> {
  authorize(ctx.actor, 'audit:verify');
  const at = ctx.ports.now();
  const rows = await transact(ctx, async (tx) => {
    await audit(ctx, tx, {
      organisationId: ctx.actor.orgId,
      right: 'audit:verify',
      action: 'audit.export',
      subjectKind: 'audit',
      subjectId: ctx.actor.orgId,
      subjectName: 'audit trail',
      after: toJson({ filter }),
    });
    const where = { AND: [auditWhere(ctx.actor, filter), { chainSeq: { not: null } }] };
    return tx.auditEntry.findMany({ where, orderBy: { chainSeq: 'asc' }, take: ENTRIES_MAX + 1 });
  });
  const sealed = rows.slice(0, ENTRIES_MAX).filter(isSealed);
  const checkpoints = await inScope(ctx.db, PLATFORM, async (tx) =>
    tx.auditCheckpoint.findMany({ orderBy: { chainSeq: 'asc' } }),
  );
  const lines: object[] = [
    {
      kind: 'header',
      v: 1,
      exportedAt: at.toISOString(),
      filter: toJson(filter),
      entries: sealed.length,
      publicKey: ctx.ports.auditPublicKey,
      rule: 'hash(n) = hex(sha-256(hash(n-1) LF n LF canonical(n))), hash(0) is 64 zeros; checkpoints are Ed25519 signatures over their statement',
    },
    ...sealed.map((row) => ({
      kind: 'entry',
      chainSeq: row.chainSeq.toString(),
      prevHash: row.prevHash,
      hash: row.hash,
      canonical: canonicalEntry(row),
    })),
    ...checkpoints.map((mark) => ({
      kind: 'checkpoint',
      statement: checkpointStatement(mark),
      signature: mark.signature,
    })),
  ];
  return {
    filename: `audit-${at.toISOString().slice(0, 19).replaceAll(':', '')}.jsonl`,
    jsonl: `${lines.map(canonicalJson).join('\n')}\n`,
    entries: sealed.length,
    truncated: rows.length > ENTRIES_MAX,
  };
}

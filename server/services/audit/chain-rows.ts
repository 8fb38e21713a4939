/** Rows of the audit trail as the chain's rules take them. */
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { Database, Transaction } from '../../db/client.ts';
import { inScope, PLATFORM } from '../../db/scope.ts';
import type { SealedEntry } from '../../domain/audit-chain.ts';

const BATCH = 1_000;

type EntryRow = Prisma.AuditEntryGetPayload<object>;

export function isSealed(row: EntryRow): row is EntryRow & SealedEntry {
  return row.chainSeq !== null && row.prevHash !== null && row.hash !== null;
}

/** Sealed entries after a place in the chain, ascending, in batches of one short transaction each. */
export async function* sealedEntries(db: Database, after: bigint): AsyncGenerator<SealedEntry> {
  let last = after;
  for (;;) {
    const rows = await inScope(db, PLATFORM, async (tx) =>
      tx.auditEntry.findMany({ where: { chainSeq: { gt: last } }, orderBy: { chainSeq: 'asc' }, take: BATCH }),
    );
    for (const row of rows) if (isSealed(row)) yield row;
    if (rows.length < BATCH) return;
    last = rows.at(-1)!.chainSeq!;
  }
}

/** How many entries wait for the sealer. */
export async function countUnsealed(tx: Transaction): Promise<number> {
  return tx.auditEntry.count({ where: { chainSeq: null } });
}

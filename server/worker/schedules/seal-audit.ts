/**
 * Seals the audit trail: chains entries by hash in the order in which they became visible for good, and signs checkpoints of it that are
 * also appended to a file outside the database.
 */
import { appendFile, open } from 'node:fs/promises';
import type { Transaction } from '../../db/client.ts';
import { PLATFORM, inScope } from '../../db/scope.ts';
import {
  CHAIN_START_HASH,
  canonicalEntry,
  chainHash,
  checkpointStatement,
  type ChainEntry,
  type Checkpoint,
} from '../../domain/audit-chain.ts';
import { newId } from '../../domain/ids.ts';
import type { WorkerContext } from '../context.ts';

const BATCH_ENTRIES = 500;
const CHECKPOINT_EVERY_ENTRIES = 100n;
const CHECKPOINT_EVERY_MS = 60_000;
/** Of the file's end, enough for several lines. */
const TAIL_BYTES = 4_096;
/** One sealer at a time, even when two workers believe to lead. */
const SEAL_LOCK = 4_017_003;

export interface AuditSeal {
  readonly keyId: string;
  /** Ed25519 over the text, base64. */
  readonly sign: (statement: string) => Promise<string>;
  /** Lines of JSON, one per checkpoint. */
  readonly file: string;
}

interface Head {
  readonly chainSeq: bigint;
  readonly hash: string;
}

export async function sealAudit(ctx: WorkerContext, seal: AuditSeal): Promise<void> {
  for (let sealed = BATCH_ENTRIES; sealed === BATCH_ENTRIES;) {
    sealed = await inScope(ctx.db, PLATFORM, (tx) => sealBatch(tx));
  }
  await inScope(ctx.db, PLATFORM, (tx) => checkpoint(ctx, tx, seal));
  await copyOut(ctx, seal);
}

async function sealBatch(tx: Transaction): Promise<number> {
  if (!(await lock(tx))) return 0;
  // What an unfinished transaction can still precede waits: the chain is in commit order and never gets a gap.
  const entries = await tx.$queryRaw<ChainEntry[]>`
    SELECT id, at, "organisationId", "actorKind"::text, "actorId", "actorName", "behalfOf", "rightUsed", action, "subjectKind", "subjectId",
           "subjectName", before, after, "requestId", ip
      FROM "AuditEntry" WHERE "chainSeq" IS NULL AND txid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
     ORDER BY txid, id LIMIT ${BATCH_ENTRIES}`;
  if (entries.length === 0) return 0;
  let { chainSeq, hash } = await headOf(tx);
  const links: { id: string; chainSeq: string; prevHash: string; hash: string }[] = [];
  for (const entry of entries) {
    const prevHash = hash;
    chainSeq += 1n;
    hash = await chainHash(prevHash, chainSeq, canonicalEntry(entry));
    links.push({ id: entry.id, chainSeq: String(chainSeq), prevHash, hash });
  }
  await tx.$executeRaw`
    UPDATE "AuditEntry" e SET "chainSeq" = l."chainSeq", "prevHash" = l."prevHash", hash = l.hash
      FROM jsonb_to_recordset(${JSON.stringify(links)}::jsonb) AS l(id uuid, "chainSeq" bigint, "prevHash" text, hash text)
     WHERE e.id = l.id`;
  return entries.length;
}

async function lock(tx: Transaction): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ got: boolean }[]>`SELECT pg_try_advisory_xact_lock(${SEAL_LOCK}) AS got`;
  return row?.got === true;
}

async function headOf(tx: Transaction): Promise<Head> {
  const last = await tx.auditEntry.findFirst({
    where: { chainSeq: { not: null } },
    orderBy: { chainSeq: 'desc' },
    select: { chainSeq: true, hash: true },
  });
  return { chainSeq: last?.chainSeq ?? 0n, hash: last?.hash ?? CHAIN_START_HASH };
}

/** Signs the head when enough was added, or enough time went by, since the last checkpoint. */
async function checkpoint(ctx: WorkerContext, tx: Transaction, seal: AuditSeal): Promise<void> {
  if (!(await lock(tx))) return;
  const head = await headOf(tx);
  const last = await tx.auditCheckpoint.findFirst({ orderBy: { chainSeq: 'desc' } });
  const added = head.chainSeq - (last?.chainSeq ?? 0n);
  const at = ctx.clock();
  const due =
    last === null || at.getTime() - last.at.getTime() >= CHECKPOINT_EVERY_MS || added >= CHECKPOINT_EVERY_ENTRIES;
  if (added === 0n || !due) return;
  const statement = { ...head, keyId: seal.keyId, at };
  const signature = await seal.sign(checkpointStatement(statement));
  await tx.auditCheckpoint.createMany({ data: { id: newId(), ...statement, signature } });
}

/** Appends to the file what it does not hold yet; a crash in between is made up for at the next pass. */
async function copyOut(ctx: WorkerContext, seal: AuditSeal): Promise<void> {
  const written = await lastWritten(seal.file);
  const missing = await inScope(ctx.db, PLATFORM, (tx) =>
    tx.auditCheckpoint.findMany({ where: { chainSeq: { gt: written } }, orderBy: { chainSeq: 'asc' } }),
  );
  const lines = missing.map(({ chainSeq, hash, keyId, at, signature }) => {
    const line: Record<keyof Checkpoint, string> = {
      chainSeq: String(chainSeq),
      hash,
      keyId,
      at: at.toISOString(),
      signature,
    };
    return `${JSON.stringify(line)}\n`;
  });
  if (lines.length > 0) await appendFile(seal.file, lines.join(''), { mode: 0o600 });
}

/** The last place the file holds. A line that a full disk or a power cut left half written is taken away: it is written anew. */
async function lastWritten(file: string): Promise<bigint> {
  const handle = await open(file, 'r+').catch(() => null);
  if (!handle) return 0n;
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await handle.read(tail, 0, tail.length, size - tail.length);
    const whole = tail.subarray(0, tail.lastIndexOf('\n') + 1);
    if (whole.length < tail.length) await handle.truncate(size - tail.length + whole.length);
    const last = whole.toString('utf8').trimEnd().split('\n').at(-1) ?? '';
    return last === '' ? 0n : BigInt((JSON.parse(last) as { chainSeq: string }).chainSeq);
  } finally {
    await handle.close();
  }
}

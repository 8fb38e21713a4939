/**
 * The audit chain: every entry's hash covers the one before it, and signed checkpoints say how far the chain had come. Pure and small, so
 * that the server, a browser and an outsider with an export compute the same.
 *
 * hash(n) = sha-256( hash(n-1) ␊ n ␊ canonical entry ), hex, in UTF-8; hash(0) is 64 zeros.
 */
import { canonicalJson, sha256Hex } from './canonical-json.ts';

export const CHAIN_START_HASH = '0'.repeat(64);

/** What is sealed of an entry: all of it. */
export interface ChainEntry {
  readonly id: string;
  readonly at: Date;
  readonly organisationId: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly behalfOf: string;
  readonly rightUsed: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly subjectName: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly requestId: string;
  readonly ip: string;
}

export interface SealedEntry extends ChainEntry {
  readonly chainSeq: bigint;
  readonly prevHash: string;
  readonly hash: string;
}

export interface Checkpoint {
  readonly chainSeq: bigint;
  readonly hash: string;
  readonly keyId: string;
  readonly at: Date;
  /** Ed25519 over `checkpointStatement`, base64. */
  readonly signature: string;
}

/** The text of an entry that its hash covers. */
export function canonicalEntry(entry: ChainEntry): string {
  return canonicalJson({
    v: 1,
    id: entry.id,
    at: entry.at.toISOString(),
    organisationId: entry.organisationId,
    actorKind: entry.actorKind,
    actorId: entry.actorId,
    actorName: entry.actorName,
    behalfOf: entry.behalfOf,
    rightUsed: entry.rightUsed,
    action: entry.action,
    subjectKind: entry.subjectKind,
    subjectId: entry.subjectId,
    subjectName: entry.subjectName,
    before: entry.before,
    after: entry.after,
    requestId: entry.requestId,
    ip: entry.ip,
  });
}

/** The hash of an entry at its place.
 * @param canonical of `canonicalEntry` */
export async function chainHash(prevHash: string, chainSeq: bigint, canonical: string): Promise<string> {
  return sha256Hex(`${prevHash}\n${chainSeq}\n${canonical}`);
}

/** The text that a checkpoint's signature covers. */
export function checkpointStatement(checkpoint: Omit<Checkpoint, 'signature'>): string {
  return canonicalJson({
    v: 1,
    kind: 'audit-checkpoint',
    chainSeq: checkpoint.chainSeq.toString(),
    hash: checkpoint.hash,
    keyId: checkpoint.keyId,
    at: checkpoint.at.toISOString(),
  });
}

/** How a public key is named in checkpoints: the first 16 hex digits of the sha-256 of its SPKI in base64. */
export async function auditKeyId(spkiBase64: string): Promise<string> {
  return (await sha256Hex(spkiBase64)).slice(0, 16);
}

export type BrokenReason = 'gap' | 'prev_hash' | 'hash' | 'checkpoint_hash' | 'checkpoint_missing' | 'signature';

export interface ChainVerdict {
  readonly ok: boolean;
  readonly checked: number;
  readonly headSeq: bigint;
  readonly headHash: string;
  readonly checkpoints: number;
  readonly signaturesValid: number;
  readonly broken: { readonly chainSeq: bigint; readonly reason: BrokenReason } | null;
}

/** Where a check begins: behind this place, which is taken as given. */
export interface ChainStart {
  readonly chainSeq: bigint;
  readonly hash: string;
}

/** Compute the chain anew and compare; stops at the first broken place.
 * @param entries ascending and without gaps after `start`
 * @param checkpoints ascending; those at or before `start` are checked by signature alone
 * @param verify null when there is no key: then signatures count as not checked */
export async function verifyChain(
  entries: AsyncIterable<SealedEntry> | Iterable<SealedEntry>,
  checkpoints: readonly Checkpoint[],
  verify: ((statement: string, signature: string) => Promise<boolean>) | null,
  start: ChainStart = { chainSeq: 0n, hash: CHAIN_START_HASH },
): Promise<ChainVerdict> {
  const marks = new Map(checkpoints.map((mark) => [mark.chainSeq, mark]));
  let { chainSeq, hash } = start;
  let checked = 0;
  let signaturesValid = 0;
  const verdict = (broken: ChainVerdict['broken']): ChainVerdict => ({
    ok: broken === null,
    checked,
    headSeq: chainSeq,
    headHash: hash,
    checkpoints: checkpoints.length,
    signaturesValid,
    broken,
  });

  for (const mark of verify === null ? [] : checkpoints) {
    if (!(await verify!(checkpointStatement(mark), mark.signature))) {
      return verdict({ chainSeq: mark.chainSeq, reason: 'signature' });
    }
    signaturesValid += 1;
  }
  if (marks.has(chainSeq) && marks.get(chainSeq)!.hash !== hash)
    return verdict({ chainSeq, reason: 'checkpoint_hash' });
  for await (const entry of entries) {
    const reason = await checkEntry(entry, { chainSeq, hash });
    if (reason !== null) return verdict({ chainSeq: entry.chainSeq, reason });
    ({ chainSeq, hash } = entry);
    checked += 1;
    if (marks.has(chainSeq) && marks.get(chainSeq)!.hash !== hash) {
      return verdict({ chainSeq, reason: 'checkpoint_hash' });
    }
  }
  const beyond = checkpoints.find((mark) => mark.chainSeq > chainSeq);
  return verdict(beyond ? { chainSeq: beyond.chainSeq, reason: 'checkpoint_missing' } : null);
}

async function checkEntry(entry: SealedEntry, before: ChainStart): Promise<BrokenReason | null> {
  if (entry.chainSeq !== before.chainSeq + 1n) return 'gap';
  if (entry.prevHash !== before.hash) return 'prev_hash';
  const hash = await chainHash(entry.prevHash, entry.chainSeq, canonicalEntry(entry));
  return hash === entry.hash ? null : 'hash';
}

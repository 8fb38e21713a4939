import { z } from 'zod';
import { AuditEntryId, OrganisationId } from '../../domain/ids.ts';
import { OrganisationRef, PageInput, SearchText } from './common.ts';

export const AuditFilter = z.object({
  q: SearchText.optional(),
  actorId: z.string().max(100).optional(),
  action: z.string().max(100).optional(),
  subjectKind: z.string().max(60).optional(),
  subjectId: z.string().max(100).optional(),
  organisationId: OrganisationId.optional(),
  from: z.date().optional(),
  to: z.date().optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;
export const AuditSearchInput = PageInput.extend(AuditFilter.shape);

export const AuditSummary = z.object({
  id: AuditEntryId,
  at: z.date(),
  organisation: OrganisationRef,
  actorKind: z.enum(['user', 'token', 'worker', 'system']),
  actorId: z.string(),
  actorName: z.string(),
  behalfOf: z.string(),
  rightUsed: z.string(),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  subjectName: z.string(),
  /** Place in the chain; null until sealed. */
  chainSeq: z.bigint().nullable(),
});

export const AuditDetail = AuditSummary.extend({
  before: z.unknown(),
  after: z.unknown(),
  requestId: z.string(),
  ip: z.string(),
  prevHash: z.string().nullable(),
  hash: z.string().nullable(),
  /** The canonical text whose hash, after the previous hash, is `hash`: recompute it with domain/audit-chain.ts. */
  canonical: z.string(),
  /** The neighbours in the chain, by place and hash only. */
  previous: z.object({ chainSeq: z.bigint(), hash: z.string() }).nullable(),
  next: z.object({ chainSeq: z.bigint(), hash: z.string(), prevHash: z.string() }).nullable(),
});

export const SealStatus = z.object({
  entries: z.int(),
  sealed: z.int(),
  unsealed: z.int(),
  head: z.object({ chainSeq: z.bigint(), hash: z.string() }).nullable(),
  lastCheckpoint: z.object({ chainSeq: z.bigint(), at: z.date(), keyId: z.string() }).nullable(),
});

export const VerifyInput = z.object({ from: z.enum(['last_checkpoint', 'start']).default('start') });
export const Verdict = z.object({
  ok: z.boolean(),
  /** Entries whose hash was computed anew. */
  checked: z.int(),
  fromSeq: z.bigint(),
  toSeq: z.bigint(),
  headHash: z.string(),
  unsealed: z.int(),
  checkpoints: z.int(),
  signaturesValid: z.int(),
  /** False when no public key is configured: then only hashes were checked. */
  signaturesChecked: z.boolean(),
  /** The first broken place; null when the chain holds. */
  broken: z
    .object({
      chainSeq: z.bigint(),
      reason: z.enum(['gap', 'prev_hash', 'hash', 'checkpoint_hash', 'checkpoint_missing', 'signature']),
    })
    .nullable(),
  ms: z.number(),
});

export const AuditExport = z.object({
  filename: z.string(),
  /** JSON lines: one header, then entries, then checkpoints. */
  jsonl: z.string(),
  entries: z.int(),
  /** True when the filters match more than one export holds. */
  truncated: z.boolean(),
});

/** The chain is computed anew and compared, and the signatures of its checkpoints are checked. */
import type { z } from 'zod';
import { inScope, PLATFORM } from '../../db/scope.ts';
import { importVerifyingKey } from '../../domain/access-token.ts';
import { CHAIN_START_HASH, verifyChain, type Checkpoint } from '../../domain/audit-chain.ts';
import type { ServiceContext } from '../context.ts';
import { authorize } from '../support.ts';
import type { Verdict, VerifyInput } from '../views/audit.ts';
import { countUnsealed, sealedEntries } from './chain-rows.ts';

export async function verifyAudit(
  ctx: ServiceContext,
  input: z.output<typeof VerifyInput>,
): Promise<z.input<typeof Verdict>> {
  authorize(ctx.actor, 'audit:verify');
  const startedAt = performance.now();
  const { checkpoints, unsealed } = await inScope(ctx.db, PLATFORM, async (tx) => ({
    checkpoints: await tx.auditCheckpoint.findMany({ orderBy: { chainSeq: 'asc' } }),
    unsealed: await countUnsealed(tx),
  }));
  const last = input.from === 'last_checkpoint' ? checkpoints.at(-1) : undefined;
  const start = { chainSeq: last?.chainSeq ?? 0n, hash: last?.hash ?? CHAIN_START_HASH };
  const verdict = await verifyChain(
    sealedEntries(ctx.db, start.chainSeq),
    checkpoints satisfies readonly Checkpoint[],
    await checkerOf(ctx.ports.auditPublicKey),
    start,
  );
  return {
    ok: verdict.ok,
    checked: verdict.checked,
    fromSeq: start.chainSeq,
    toSeq: verdict.headSeq,
    headHash: verdict.headHash,
    unsealed,
    checkpoints: verdict.checkpoints,
    signaturesValid: verdict.signaturesValid,
    signaturesChecked: ctx.ports.auditPublicKey !== null,
    broken: verdict.broken,
    ms: Math.round(performance.now() - startedAt),
  };
}

async function checkerOf(spkiBase64: string | null) {
  if (spkiBase64 === null) return null;
  const key = await importVerifyingKey(spkiBase64);
  return (statement: string, signature: string) =>
    crypto.subtle.verify('Ed25519', key, Buffer.from(signature, 'base64'), new TextEncoder().encode(statement));
}

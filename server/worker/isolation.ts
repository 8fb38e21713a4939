/** The wall around a tenant: tried before it becomes active, and again and again while it lives. */
import { IsolationProof, proofOf } from '../domain/isolation.ts';
import { targetOf, type WorkerContext } from './context.ts';

/** Tries every rule of the tenant's model.
 * @param tenant with its last proofs
 * @returns null for a target that promises no walls */
export async function tryWall(
  ctx: WorkerContext,
  tenant: { readonly ref: string; readonly target: string; readonly proof: unknown },
  atGate: boolean,
): Promise<IsolationProof | null> {
  const startedAt = performance.now();
  const facts = await targetOf(ctx, tenant.target).proveIsolation?.(tenant.ref, atGate);
  if (facts === undefined) return null;
  const taken = { at: ctx.clock(), ms: Math.round(performance.now() - startedAt) };
  return proofOf(facts, taken, isolationOf(tenant.proof));
}

/** The last proof of the wall among a tenant's proofs. */
export function isolationOf(proof: unknown): IsolationProof | undefined {
  return IsolationProof.safeParse((proof as { isolation?: unknown } | null)?.isolation).data;
}

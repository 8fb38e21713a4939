/** The wall around a tenant, tried from the customer's side: each rule that a deployment model promises, and whether it held. */
import { z } from 'zod';
import type { StateReason } from './run-facts.ts';
import { LocalText } from './text.ts';

export const WALL_SIDES = ['record', 'link', 'edge'] as const;
const WallSide = z.enum(WALL_SIDES);

export const IsolationFact = z.strictObject({
  /** The same rule has the same name for every tenant of a target. */
  rule: z.string().min(1),
  /** The promise, as a customer would say it. */
  title: LocalText,
  /** Whose wall it is where there are two sides: the record's (also when left out), the link's between them, or the public edge's. */
  side: WallSide.optional(),
  ok: z.boolean(),
  /** What was tried, and what came of it. */
  detail: LocalText,
});
export type IsolationFact = z.infer<typeof IsolationFact>;

/** The last proof of the wall, as a tenant's row keeps it. */
export const IsolationProof = z.object({
  at: z.coerce.date(),
  ms: z.number(),
  facts: z.array(
    IsolationFact.extend({
      /** When it was true last; null for never. */
      heldAt: z.coerce.date().nullable(),
    }),
  ),
});
export type IsolationProof = z.infer<typeof IsolationProof>;

/** A new proof after an older one: a rule that does not hold now keeps the time it held last. */
export function proofOf(
  facts: readonly IsolationFact[],
  taken: { readonly at: Date; readonly ms: number },
  before: IsolationProof | undefined,
): IsolationProof {
  const heldBefore = (rule: string): Date | null => before?.facts.find((fact) => fact.rule === rule)?.heldAt ?? null;
  return { ...taken, facts: facts.map((fact) => ({ ...fact, heldAt: fact.ok ? taken.at : heldBefore(fact.rule) })) };
}

/** Why a tenant with this proof is not well; null when the wall stands, or was not tried yet. */
export function brokenWall(proof: IsolationProof | undefined): StateReason | null {
  const rules = proof?.facts.filter(({ ok }) => !ok).map(({ rule }) => rule) ?? [];
  return rules.length === 0 ? null : { code: 'isolation_broken', rules };
}

/**
 * The name of a plan: what an approval is bound to. It covers operations, URNs and inputs, and leaves out what differs between two
 * computations of the same plan: secrets, values that are not known yet, times and the order in which resources were registered.
 */
import { canonicalJson, sha256Hex } from './canonical-json.ts';

export interface HashableResource {
  readonly urn: string;
  readonly operation: string;
  /** Secrets as `{ secret: true }`, unknowns as `{ unknown: true }`. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** sha-256 of the canonical plan, hex. */
export async function planHash(plan: { readonly resources: readonly HashableResource[] }): Promise<string> {
  const rows = plan.resources
    .map(({ urn, operation, inputs }) => canonicalJson({ urn, operation, inputs: stable(inputs) }))
    .sort();
  return sha256Hex(`plan/1\n${rows.join('\n')}`);
}

/** The value without secrets, unknowns and times; undefined when nothing of it is left to compare. */
function stable(value: unknown): unknown {
  if (value instanceof Date) return undefined;
  if (Array.isArray(value)) return value.map((item) => stable(item) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  if (object.secret === true || object.unknown === true) return undefined;
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, stable(item)]));
}

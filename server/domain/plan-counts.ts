/** What a plan does, in numbers. The stack itself is the engine's bookkeeping: nobody ordered it, so it is not counted. */
const STACK = 'pulumi:pulumi:Stack';

interface Planned<O extends string> {
  readonly type: string;
  readonly operation: O;
}

/** Whether people count this resource among those of a tenant. */
export const isCounted = (resource: { readonly type: string }): boolean => resource.type !== STACK;

/** How many resources each operation touches. */
export function countPlan<O extends string>(resources: readonly Planned<O>[]): Partial<Record<O, number>> {
  const counts: Partial<Record<O, number>> = {};
  for (const resource of resources) {
    if (isCounted(resource)) counts[resource.operation] = (counts[resource.operation] ?? 0) + 1;
  }
  return counts;
}

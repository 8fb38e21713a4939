/** Runs that are to find nothing to do. */
import type { PlannedResource } from '../port.ts';
import type { Run } from './run.ts';

/** True when a row tells of a change in the world or in what is known of it. */
export function isChange({ operation, changes }: Pick<PlannedResource, 'operation' | 'changes'>): boolean {
  return operation === 'refresh' ? changes.length > 0 : operation !== 'same' && operation !== 'read';
}

/** Make an error of changes when the request expects none. */
export function settleExpectation(run: Run): void {
  if (!run.request.expectNoChanges || run.journal.errors.length > 0) return;
  const changed = run.journal.rows.filter(isChange);
  if (changed.length === 0) return;
  const what = changed
    .map(({ operation, name }) => `${operation} ${name}`)
    .toSorted() // what does not wait for each other comes in any order
    .join(', ');
  run.journal.error({ kind: 'engine', urn: null, message: `no changes were expected, but there are: ${what}` });
}

/** Runs that touch only some resources: the others stay as they are, and what is touched may need only what is there. */
import type { StackRequest } from '../port.ts';
import type { ResourceState } from '../state/deployment.ts';
import { dependsOn } from './references.ts';
import { fail, isHalted, type Run } from './run.ts';

/** Thrown when a targeted run would have to touch what is no target. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
}

export type Targets = (urn: string) => boolean;

const escape = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Which URNs a request touches. */
export function compileTargets({ targets }: Pick<StackRequest, 'targets'>): Targets {
  if (targets === undefined) return () => true;
  const patterns = targets.map((target) => new RegExp(`^${target.split('*').map(escape).join('.*')}$`));
  return (urn) => patterns.some((pattern) => pattern.test(urn));
}

/** Refuse a target that needs what this run does not make. @throws TargetError */
export function refuseMissing(run: Run, urn: string, needed: readonly string[]): void {
  const missing = needed.find((other) => run.skipped.has(other));
  if (missing) throw new TargetError(`${urn} needs ${missing}, which is not there and is no target`);
}

/**
 * Of what may be deleted, what a run is to delete. When something that stays needs a target, the run fails, unless dependents are to go
 * as well.
 */
export function chooseRemovals(run: Run, candidates: readonly ResourceState[]): readonly ResourceState[] {
  const { request, ledger } = run;
  if (request.targets === undefined) return candidates;
  const going = new Set(candidates.filter(({ urn }) => run.isTarget(urn)));
  const staying = new Set([...ledger.settled, ...ledger.remaining].filter((state) => !going.has(state)));
  for (let dependent = findDependent(staying, going); dependent; dependent = findDependent(staying, going)) {
    if (!request.targetDependents) {
      const message = `${dependent.urn} needs what is to be deleted, and is no target`;
      fail(run, dependent.urn, new TargetError(message));
      return [];
    }
    staying.delete(dependent);
    going.add(dependent);
  }
  return isHalted(run) ? [] : ledger.remaining.filter((state) => going.has(state));
}

function findDependent(
  staying: ReadonlySet<ResourceState>,
  going: ReadonlySet<ResourceState>,
): ResourceState | undefined {
  for (const state of staying) {
    for (const other of going) if (state !== other && dependsOn(state, other)) return state;
  }
  return undefined;
}

import type { PropertyChange } from '../port.ts';
import { isWithin, joinPath, parsePath } from './property-path.ts';
import { hasUnknown, isEqual, isObject, isSecret, mask, reveal, type Props } from './values.ts';

function describe(path: string, before: unknown, after: unknown): PropertyChange {
  const kind = before === undefined ? 'add' : after === undefined ? 'delete' : 'update';
  return {
    path,
    kind,
    ...(before === undefined ? {} : { before: mask(before) }),
    ...(after === undefined ? {} : { after: mask(after) }),
    ...(isSecret(before) || isSecret(after) ? { secret: true } : {}),
    ...(hasUnknown(after) ? { unknown: true } : {}),
  };
}

function members(left: unknown, right: unknown): readonly (string | number)[] | null {
  if (Array.isArray(left) && Array.isArray(right)) return [...Array(Math.max(left.length, right.length)).keys()];
  if (isSecret(left) || isSecret(right) || !isObject(left) || !isObject(right)) return null;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])];
}

function collect(path: string, before: unknown, after: unknown, changes: PropertyChange[]): void {
  if (isEqual(before, after)) return;
  const keys = members(before, after);
  if (keys === null) {
    changes.push(describe(path, before, after));
    return;
  }
  for (const key of keys) {
    collect(joinPath(path, key), (before as Props)[key], (after as Props)[key], changes);
  }
}

/**
 * The properties in which two bags differ, by path, secrets and unknowns masked.
 * @param replaces paths for whose sake the resource must be replaced
 */
export function diffProperties(before: Props, after: Props, replaces: readonly string[] = []): PropertyChange[] {
  const changes: PropertyChange[] = [];
  collect('', before, after, changes);
  const forcing = replaces.map(parsePath);
  return changes.map((change) => {
    const path = parsePath(change.path);
    return forcing.some((pattern) => isWithin(path, pattern)) ? { ...change, replaces: true } : change;
  });
}

/** True when two bags hold the same values, whether secret or not. */
export function hasSameValues(left: Props, right: Props): boolean {
  return isEqual(reveal(left), reveal(right));
}

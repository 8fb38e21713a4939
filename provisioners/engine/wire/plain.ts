import { UNKNOWN, isObject } from './values.ts';

/** Deeper than any resource is; a value that holds itself is deeper still. */
const DEPTH_MAX = 100;

function isPlainScalar(value: unknown): boolean {
  return value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean';
}

/** What is wrong at one place, its members aside; null when nothing is. */
function problemOf(value: unknown): string | null {
  if (isPlainScalar(value)) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'a number that is not finite';
  if (Array.isArray(value)) return null;
  if (!isObject(value)) return `a ${typeof value}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? null : `a ${value.constructor?.name ?? 'object'}`;
}

/**
 * The first thing in a value that JSON cannot carry, in words; null when there is none.
 * @param allowUnknown whether the mark of what is not known yet may occur
 */
export function findImproper(value: unknown, allowUnknown: boolean, path = '', depth = 0): string | null {
  const at = path === '' ? '' : ` at ${path}`;
  if (value === UNKNOWN && !allowUnknown) return `an unknown value${at}`;
  if (depth > DEPTH_MAX) return 'a value that holds itself';
  const problem = problemOf(value);
  if (problem !== null) return `${problem}${at}`;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, member] of Object.entries(value)) {
    const found = findImproper(member, allowUnknown, path === '' ? key : `${path}.${key}`, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

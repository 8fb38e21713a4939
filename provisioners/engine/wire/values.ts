/**
 * Values as Pulumi sends them: plain JSON in which a few marked objects and one marked string mean more than they say. This folder is
 * pure; it knows the encoding and nothing of runs, providers or state.
 */

/** A property bag as it travels between program, engine and provider. */
export type Props = Record<string, unknown>;

export const SIGNATURE = '4dabf18193072939515e22adb298388d';
export const SECRET_MARK = '1b47061264138c4ac30d75fd1eb44270';
/** Stands for a value that is known only after another resource exists. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export interface SecretValue {
  readonly [SIGNATURE]: typeof SECRET_MARK;
  readonly value: unknown;
}

export function isObject(value: unknown): value is Props {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSecret(value: unknown): value is SecretValue {
  return isObject(value) && value[SIGNATURE] === SECRET_MARK;
}

/** Mark a value as secret; what is marked already stays as it is. */
export function toSecret(value: unknown): SecretValue {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET_MARK, value };
}

/** Apply `change` to the members of an array or object, leaving other values alone. */
function mapMembers(value: unknown, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (!isObject(value)) return value;
  const result: Props = {};
  for (const [key, member] of Object.entries(value)) result[key] = change(member);
  return result;
}

/** The value without its secret marks, at any depth. */
export function reveal(value: unknown): unknown {
  return isSecret(value) ? reveal(value.value) : mapMembers(value, reveal);
}

/** {@link reveal} for a property bag. */
export function revealProps(props: Props): Props {
  const result: Props = {};
  for (const [key, value] of Object.entries(props)) result[key] = reveal(value);
  return result;
}

function some(value: unknown, matches: (value: unknown) => boolean): boolean {
  if (matches(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((member) => some(member, matches));
}

export function hasUnknown(value: unknown): boolean {
  return some(value, (member) => member === UNKNOWN);
}

export function hasSecret(value: unknown): boolean {
  return some(value, isSecret);
}

/** Replace secrets by `{ secret: true }` and unknowns by `{ unknown: true }`, for eyes outside the engine. */
export function mask(value: unknown): unknown {
  if (value === UNKNOWN) return { unknown: true };
  return isSecret(value) ? { secret: true } : mapMembers(value, mask);
}

/** {@link mask} for a property bag. */
export function maskProps(props: Props): Props {
  const result: Props = {};
  for (const [key, value] of Object.entries(props)) result[key] = mask(value);
  return result;
}

/** Drop members that are `undefined`, at any depth: the wire has no such value. */
export function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => withoutUndefined(member) ?? null);
  if (!isObject(value)) return value;
  const result: Props = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) result[key] = withoutUndefined(member);
  }
  return result;
}

/** Structural equality. A secret and its plain value differ, as they do for Pulumi. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const leftKeys = Object.keys(left);
  if (leftKeys.length !== Object.keys(right).length) return false;
  return leftKeys.every((key) => key in right && isEqual((left as Props)[key], (right as Props)[key]));
}

/**
 * Mark as secret whatever equals a secret at the same place in `pattern`. Providers that hand back revealed inputs as outputs do not
 * leak them into the state this way.
 */
export function markLike(value: unknown, pattern: unknown): unknown {
  if (isSecret(value)) return value;
  if (isSecret(pattern)) return isEqual(reveal(pattern), value) ? toSecret(value) : value;
  if (Array.isArray(value) && Array.isArray(pattern)) return value.map((member, i) => markLike(member, pattern[i]));
  if (!isObject(value) || !isObject(pattern)) return value;
  const result: Props = {};
  for (const [key, member] of Object.entries(value)) result[key] = markLike(member, pattern[key]);
  return result;
}

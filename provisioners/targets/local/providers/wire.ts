/** Property values as they reach a provider: plain data in which a value may be unknown (during a preview) or wrapped as a secret. */

/** Stands for a value that another resource will only have after its creation. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

export type Props = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Props =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Marks a value as secret, so that the engine encrypts it. */
export function secret(value: unknown): unknown {
  return { [SIGNATURE]: SECRET, value };
}

/** The value without the wrappers of secrets, at any depth. */
export function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (!isRecord(value)) return value;
  if (value[SIGNATURE] === SECRET) return reveal(value['value']);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]));
}

export function revealProps(props: Props): Props {
  return reveal(props) as Props;
}

/** Whether any part of a revealed value is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (isRecord(value)) return Object.values(value).some(hasUnknown);
  return value === UNKNOWN;
}

/** Equality of plain data; the order of keys does not matter, and a missing key equals an undefined one. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => sameValue(a[key], b[key]));
  }
  return a === b;
}

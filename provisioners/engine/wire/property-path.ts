import { isObject, isSecret, type Props } from './values.ts';

/** A path such as `spec.containers[0].image` in parts; `*` matches every member. */
export type PropertyPath = readonly string[];

export function parsePath(path: string): PropertyPath {
  return path.match(/[^.[\]"]+/g) ?? [];
}

/** Append a member to a path: `a`, `a.b`, `a[0]`. */
export function joinPath(base: string, member: string | number): string {
  if (typeof member === 'number') return `${base}[${member}]`;
  return base === '' ? member : `${base}.${member}`;
}

/** True when `path` is the pattern's place or lies below it. */
export function isWithin(path: PropertyPath, pattern: PropertyPath): boolean {
  return pattern.every((part, i) => part === '*' || part === path[i]);
}

function inside(value: unknown): unknown {
  return isSecret(value) ? value.value : value;
}

export function getAt(props: Props, path: PropertyPath): unknown {
  let place: unknown = props;
  for (const part of path) {
    const holder = inside(place);
    if (Array.isArray(holder)) place = holder[Number(part)];
    else if (isObject(holder)) place = holder[part];
    else return undefined;
  }
  return place;
}

/** A copy of `props` in which the value at `path` is `value`, or gone when that is undefined. Places that do not exist stay so. */
export function setAt(props: Props, path: PropertyPath, value: unknown): Props {
  const copy = structuredClone(props);
  const last = path.at(-1);
  const holder = inside(getAt(copy, path.slice(0, -1)));
  if (last === undefined) return copy;
  if (Array.isArray(holder)) holder[Number(last)] = value;
  else if (isObject(holder) && value === undefined) delete holder[last];
  else if (isObject(holder)) holder[last] = value;
  return copy;
}

/** What an entry changed, property by property, from its two sides. Pure. */
import type { DiffChange } from '@/app/_ui/diff-rows.ts';
import { canonicalJson } from '@/server/domain/canonical-json.ts';

export interface AuditChanges {
  readonly changes: readonly DiffChange[];
  /** Properties on either side. */
  readonly total: number;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Properties by dotted path; lists and empty objects are values of their own. */
function flatten(value: unknown, path = ''): ReadonlyMap<string, unknown> {
  if (!isObject(value) || (path !== '' && Object.keys(value).length === 0)) return new Map([[path, value]]);
  const entries = Object.entries(value).flatMap(([key, member]) => [
    ...flatten(member, path === '' ? key : `${path}.${key}`),
  ]);
  return new Map(entries);
}

function changeOf(path: string, before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): DiffChange {
  if (!before.has(path)) return { path, kind: 'add', after: after.get(path) };
  if (!after.has(path)) return { path, kind: 'delete', before: before.get(path) };
  return { path, kind: 'update', before: before.get(path), after: after.get(path) };
}

export interface ChangeGroup {
  /** `configuration.params`; empty for properties of the entry itself. */
  readonly parent: string;
  /** Paths without the parent. */
  readonly changes: readonly DiffChange[];
}

/** Changes under their common parent, so that a narrow place names it once; order as they first appear. */
export function groupChanges(changes: readonly DiffChange[]): readonly ChangeGroup[] {
  const groups = new Map<string, DiffChange[]>();
  for (const change of changes) {
    const cut = change.path.lastIndexOf('.');
    const parent = cut === -1 ? '' : change.path.slice(0, cut);
    const inside = { ...change, path: change.path.slice(cut + 1) };
    const group = groups.get(parent);
    if (group) group.push(inside);
    else groups.set(parent, [inside]);
  }
  return [...groups].map(([parent, members]) => ({ parent, changes: members }));
}

/** The properties that differ, in the order in which they first stand. What only one side names counts when that side describes the whole
 * (a creation, a removal) or names it anew. */
export function auditChanges(before: unknown, after: unknown): AuditChanges {
  const [old, now] = [flatten(before ?? {}), flatten(after ?? {})];
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => path !== '');
  const same = (path: string): boolean =>
    old.has(path) && now.has(path) && canonicalJson(old.get(path)) === canonicalJson(now.get(path));
  return {
    changes: paths.filter((path) => !same(path)).map((path) => changeOf(path, old, now)),
    total: paths.length,
  };
}

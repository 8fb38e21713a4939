/** Rows that name their parents, as trees. Pure. */
import type { Picture } from '../../../server/domain/picture.ts';
import type { Locale } from '../../../server/domain/text.ts';
import { cellText, textAt, type Row } from './cells.ts';

export type TreePicture = Extract<Picture, { kind: 'tree' }>;

export interface Branch {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  readonly state: string;
  readonly note: string;
  readonly children: readonly Branch[];
}

/** Trees in the order of the rows. A row whose parent is not among them is a root; rows in a ring hang under the first of them. */
export function growTrees(picture: TreePicture, rows: readonly Row[], locale: Locale): readonly Branch[] {
  const byId = new Map(rows.map((row) => [cellText(row[picture.id], {}, locale), row]));
  const childrenOf = new Map<string, string[]>();
  for (const [id, row] of byId) {
    const parent = cellText(row[picture.parent], {}, locale);
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), id]);
  }
  const placed = new Set<string>();
  const grow = (id: string): Branch | null => {
    const row = byId.get(id);
    if (row === undefined || placed.has(id)) return null;
    placed.add(id);
    const at = (column: string | null) => textAt(row, column, picture.words, locale);
    const children = (childrenOf.get(id) ?? []).map(grow).filter((branch) => branch !== null);
    const label = at(picture.label);
    return {
      id,
      label: label === '' ? id : label,
      type: at(picture.type),
      state: at(picture.state),
      note: at(picture.note),
      children,
    };
  };
  const isRoot = (row: Row): boolean => !byId.has(cellText(row[picture.parent], {}, locale));
  const roots = [...byId].filter(([, row]) => isRoot(row)).map(([id]) => id);
  return [...roots, ...byId.keys()].map(grow).filter((branch) => branch !== null);
}

/** How many branches there are in all. */
export function countBranches(branches: readonly Branch[]): number {
  return branches.reduce((sum, branch) => sum + 1 + countBranches(branch.children), 0);
}

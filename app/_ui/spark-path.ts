/** Geometry of a sparkline. Pure. */

/**
 * Lines of a series in a box, split where values are missing, and the last point.
 * A flat series runs through the middle. Fewer than two points give no line.
 */
export function sparkPaths(
  values: readonly (number | null)[],
  width: number,
  height: number,
): { readonly lines: readonly string[]; readonly last: readonly [number, number] | null } {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { lines: [], last: null };
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const place = (value: number, index: number): [number, number] => [
    Number((2 + (index * (width - 6)) / Math.max(1, values.length - 1)).toFixed(1)),
    Number((span === 0 ? height / 2 : height - 3 - ((value - low) / span) * (height - 6)).toFixed(1)),
  ];
  const runs: string[][] = [[]];
  let last: [number, number] | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null) runs.push([]);
    else {
      last = place(value, index);
      runs.at(-1)?.push(last.join(','));
    }
  }
  return { lines: runs.filter((run) => run.length > 1).map((run) => run.join(' ')), last };
}

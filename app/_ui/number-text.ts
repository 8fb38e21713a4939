/** Figures as people type them. Pure. */

/** `1,095`, `1 095`, `−3.5` → a number; anything else, and nothing, → null. Full-width digits count. */
export function parseNumber(text: string): number | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s,\u00a0\u202f]/g, '')
    .replace('\u2212', '-');
  return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
}

/** One step up or down within the range, without the dust of binary fractions. */
export function stepNumber(
  value: number,
  by: number,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
): number {
  return Math.min(max, Math.max(min, Number((value + by).toFixed(6))));
}

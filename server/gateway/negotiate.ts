/** Which media type an answer has, after the caller's Accept header. */
import { problem } from './problems.ts';

/** @param offered the first is taken when the caller has no wish
 * @throws Problem `not_acceptable` */
export function chooseMediaType(accept: string | undefined, offered: readonly string[]): string {
  const [usual = 'application/json'] = offered;
  if (accept === undefined || accept.trim() === '') return usual;
  const ranges = accept
    .slice(0, 1_000)
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [type = '', ...parameters] = range.trim().split(';');
      const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((value) => value);
      return { type: type.trim(), weight: q === undefined ? 1 : Number(q) };
    });
  const weighed = offered.map((type) => ({ type, weight: weightOf(type, ranges) })).sort((a, b) => b.weight - a.weight);
  const best = weighed[0];
  if (best === undefined || best.weight <= 0) throw problem('not_acceptable', { offered });
  return best.type;
}

/** The most exact range decides, as RFC 9110 has it. */
function weightOf(type: string, ranges: readonly { readonly type: string; readonly weight: number }[]): number {
  const [family] = type.split('/');
  for (const form of [type, `${family}/*`, '*/*']) {
    const range = ranges.find((known) => known.type === form);
    if (range) return range.weight;
  }
  return 0;
}

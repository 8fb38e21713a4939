/** The day that the proof meters, and what its steps hand on to each other. */

export const HOURS = 24;

/** Midnight UTC of the day before yesterday: over, and in one month. */
const midnight = (): number => Math.floor(Date.now() / 86_400_000 - 2) * 86_400_000;
export const hourOf = (n: number): string => new Date(midnight() + n * 3_600_000).toISOString();
export const month = (): string => hourOf(0).slice(0, 7);

/** What an earlier step has made. */
export function need(memo: Record<string, unknown>, name: 'meter' | 'certificate'): string {
  const value = memo[name];
  if (typeof value !== 'string') throw new Error(`step needs ${name}, which an earlier step makes`);
  return value;
}

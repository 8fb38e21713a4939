/** The day that the proof meters, and what its steps hand on to each other. */

export const HOURS = 24;

/** Midnight UTC of the day before yesterday: over, and in one month. */
const midnight = (): number => Math.floor(Date.now() / 86_400_000 - 2) * 86_400_000;
export const hourOf = (n: number): string => new Date(midnight() + n * 3_600_000).toISOString();
export const month = (): string => hourOf(0).slice(0, 7);

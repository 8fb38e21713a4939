/** Thrown when a text is no duration. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g;

/** A duration as Pulumi's options write it, such as `90s` or `1h30m`, in seconds. @throws DurationError */
export function parseDurationSeconds(text: string): number {
  const parts = [...text.matchAll(PART)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new DurationError(`"${text}" is no duration; write it like "90s" or "1h30m"`);
  }
  return parts.reduce((seconds, [, amount, unit]) => seconds + Number(amount) * (UNIT_SECONDS[unit ?? ''] ?? 0), 0);
}

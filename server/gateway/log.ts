/** JSON logs: one line a request, never a body, a key or a token. */
import pino from 'pino';

export type Log = pino.Logger;

/** Lines are written together: a write of its own for each costs more than all else that a line needs. */
const LINES = { sync: false, minLength: 8_192, periodicFlush: 200 } as const;

/** @param stream where lines go; default standard output, within 200 ms, without waiting for it */
export function createLog(level: string, stream: pino.DestinationStream = pino.destination(LINES)): Log {
  return pino(
    {
      level,
      base: { process: 'gateway' },
      redact: {
        paths: ['authorization', '*.authorization', 'headers', '*.headers', 'password', '*.password'],
        censor: '[redacted]',
      },
      serializers: { err: describeError },
    },
    stream,
  );
}

/** Of an error: what kind, which code. A database's message may quote a customer's data, so it stays out. */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const fromDatabase = 'severity' in error;
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(fromDatabase ? {} : { message: error.message }),
    ...(error.stack && !fromDatabase ? { stack: error.stack } : {}),
  };
}

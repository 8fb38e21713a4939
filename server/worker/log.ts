/** JSON logs of the worker. Errors of programs and providers may quote what they were given, so known secrets are taken out. */
import pino from 'pino';

/** @param redact of `makeRedact` */
export function createLog(level: string, redact: (text: string) => string): pino.Logger {
  const err = (error: unknown): object => {
    if (!(error instanceof Error)) return { type: typeof error };
    const code = 'code' in error ? { code: String(error.code) } : {};
    return { type: error.name, ...code, message: redact(error.message), stack: redact(error.stack ?? '') };
  };
  return pino({ level, base: { process: 'worker' }, serializers: { err } }, pino.destination({ sync: false }));
}

/** JSON logs of the worker. Errors of programs and providers may quote what they were given, so known secrets are taken out. */
import pino from 'pino';
import { z } from 'zod';

/** Some libraries throw or tell of plain objects that look like errors. */
const ErrorLike = z.object({
  name: z.string().default('object'),
  message: z.string(),
  code: z.union([z.string(), z.number()]).optional(),
  stack: z.string().default(''),
});

/** @param redact of `makeRedact`
 * @param stream where lines go; default standard output, without waiting for it */
export function createLog(
  level: string,
  redact: (text: string) => string,
  stream: pino.DestinationStream = pino.destination({ sync: false }),
): pino.Logger {
  const err = (error: unknown): object => {
    const like = ErrorLike.safeParse(error);
    if (!like.success) return { type: typeof error };
    const { name, message, code, stack } = like.data;
    const coded = code === undefined ? {} : { code: String(code) };
    return { type: name, ...coded, message: redact(message), stack: redact(stack) };
  };
  return pino({ level, base: { process: 'worker' }, serializers: { err } }, stream);
}

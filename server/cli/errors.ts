// Failures as the command line says them: a code, a sentence, and the request's id where there was one.
import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';

/** The command was not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked for did not come about, though every request was answered. */
export class OutcomeError extends Error {
  override readonly name = 'OutcomeError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Problem {
  code: string;
  message: string;
  requestId?: string;
}

const FaultData = z.object({
  fault: z.looseObject({ code: z.string() }),
  message: z.object({ en: z.string() }),
  requestId: z.string(),
});

/** @returns what to tell about any error */
export function describeError(error: unknown): Problem {
  if (error instanceof UsageError) return { code: 'usage', message: error.message };
  if (error instanceof OutcomeError) return { code: error.code, message: error.message };
  if (error instanceof TRPCClientError) {
    const data = FaultData.safeParse(error.data);
    if (data.success) {
      return { code: data.data.fault.code, message: data.data.message.en, requestId: data.data.requestId };
    }
    return {
      code: 'portal_unreachable',
      message: `The portal does not answer as expected (${error.message}); is it running? Start it with: npm start`,
    };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

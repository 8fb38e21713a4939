/**
 * API: validates and delegates; no rules of business. Procedures are made here, so that each is authorized by the table in rights.ts before
 * its input is even read, and each failure leaves as a fault with words and the request's id.
 */
import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { ZodError } from 'zod';
import { DomainError, type Fault } from '../domain/faults.ts';
import { hasRight, type Actor, type Right } from '../domain/policy.ts';
import type { ApiContext } from './context.ts';
import { TRPC_CODE } from './fault-map.ts';
import { faultWords } from './fault-words.ts';
import { RIGHT_OF, type Need } from './rights.ts';
import { findUnstorable } from './storable.ts';

const t = initTRPC.context<ApiContext>().create({
  transformer: superjson,
  sse: {
    // A stream ends after a while and the browser takes it up again, so that an ended session does not go on reading.
    maxDurationMs: 5 * 60_000,
    ping: { enabled: true, intervalMs: 10_000 },
    client: { reconnectAfterInactivityMs: 25_000 },
  },
  // The whole shape is written anew: the default one carries stack traces and messages of ours.
  errorFormatter({ shape, error, ctx, path }) {
    const fault = faultOf(error);
    return {
      code: shape.code,
      message: faultWords(fault).en,
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        path: path ?? '',
        fault,
        message: faultWords(fault),
        requestId: ctx?.requestId ?? (error.cause instanceof EdgeRefusal ? error.cause.requestId : ''),
      },
    };
  },
});

/** A request refused before there was a context. */
export class EdgeRefusal extends DomainError {
  readonly requestId: string;
  constructor(fault: Fault, requestId: string) {
    super(fault);
    this.requestId = requestId;
  }
}

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** The fault behind any error; what is not understood is `internal` and says nothing of itself. */
export function faultOf(error: unknown): Fault {
  if (error instanceof DomainError) return error.fault;
  if (error instanceof ZodError) {
    const issues = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    return { code: 'invalid_input', issues };
  }
  if (error instanceof TRPCError) {
    if (error.cause instanceof DomainError || (error.cause instanceof ZodError && error.code === 'BAD_REQUEST')) {
      return faultOf(error.cause);
    }
    if (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR') {
      return { code: 'invalid_input', issues: [{ path: '', message: 'not readable' }] };
    }
    if (error.code === 'NOT_FOUND' || error.code === 'METHOD_NOT_SUPPORTED')
      return { code: 'not_found', what: 'procedure' };
    if (error.code === 'PAYLOAD_TOO_LARGE') return { code: 'body_too_large', maxBytes: 0 };
    if (error.code === 'UNSUPPORTED_MEDIA_TYPE') return { code: 'content_type', expected: 'application/json' };
  }
  return { code: 'internal' };
}

export function toTrpcError(fault: Fault, cause: Error): TRPCError {
  return new TRPCError({ code: TRPC_CODE[fault.code], message: fault.code, cause });
}

const refuse = (fault: Fault): never => {
  throw toTrpcError(fault, new DomainError(fault));
};

function mayCall(actor: Actor, need: Need): boolean {
  if (need === 'signed_in') return true;
  const rights: readonly Right[] = typeof need === 'string' ? [need] : need;
  return rights.some((right) => hasRight(actor, right));
}

/** Every procedure starts here: signed in, with the right that the table names for its path. */
export const procedure = t.procedure.use(async ({ ctx, path, getRawInput, next }) => {
  const { actor } = ctx;
  if (actor === null) return refuse(ctx.refused ?? { code: 'not_signed_in' });
  const need = RIGHT_OF[path];
  if (need === undefined) return refuse({ code: 'not_found', what: 'procedure' });
  if (!mayCall(actor, need)) return refuse({ code: 'right_missing', right: firstRight(need) });
  const unstorable = findUnstorable(await getRawInput());
  if (unstorable) return refuse({ code: 'invalid_input', issues: [unstorable] });
  const result = await next({ ctx: { ...ctx, actor } });
  if (result.ok) return result;
  const fault = faultOf(result.error);
  if (fault.code === 'internal')
    ctx.onInternalError(result.error.cause ?? result.error, { path, requestId: ctx.requestId });
  throw toTrpcError(fault, new DomainError(fault));
});

const firstRight = (need: Need): Right => (typeof need === 'string' ? (need as Right) : need[0]!);

/** The API over HTTP: the edge's checks, then tRPC's fetch adapter. */
import type { TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Fault } from '../domain/faults.ts';
import type { ApiContext } from './context.ts';
import { readBody, refuseAtEdge, refuseCaller } from './edge.ts';
import { appRouter } from './root.ts';
import { EdgeRefusal, faultOf, toTrpcError } from './trpc.ts';

export const API_PATH = '/api/trpc';

/** Calls in one request, as the browser's client batches them: limits count requests. */
const BATCH_CALLS_MAX = 10;

export interface HttpWorld {
  readonly portalUrl: string;
  readonly ip: string;
  readonly requestId: string;
  readonly byCookie: boolean;
  readonly createContext: () => Promise<ApiContext>;
}

/** Answer one HTTP request of the API. */
export async function handleApi(request: Request, world: HttpWorld): Promise<Response> {
  const refused = refuseAtEdge({ request, ...world });
  const read = refused === null ? await readSafely(request) : { request: withoutBody(request), fault: refused };
  return fetchRequestHandler({
    endpoint: API_PATH,
    req: read.request,
    router: appRouter,
    allowMethodOverride: false,
    maxBatchSize: BATCH_CALLS_MAX,
    async createContext() {
      if (read.fault) throw refusal(read.fault, world.requestId);
      const context = await world.createContext();
      const fault = context.actor && refuseCaller(context.actor.tokenId ?? context.actor.userId);
      if (fault) throw refusal(fault, world.requestId);
      return context;
    },
    responseMeta({ errors, type }) {
      const headers = new Headers({ 'x-request-id': world.requestId });
      if (type !== 'subscription') headers.set('cache-control', 'no-store');
      const wait = errors.map(faultOf).find((fault) => fault.code === 'too_many_requests');
      if (wait) headers.set('retry-after', String(wait.retryAfterSeconds));
      return { headers };
    },
  });
}

function refusal(fault: Fault, requestId: string): TRPCError {
  return toTrpcError(fault, new EdgeRefusal(fault, requestId));
}

async function readSafely(request: Request): Promise<{ request: Request; fault: Fault | null }> {
  try {
    return { request: await readBody(request), fault: null };
  } catch (error) {
    return { request: withoutBody(request), fault: faultOf(error) };
  }
}

/** Enough of a refused request to answer it in the form its client expects. */
function withoutBody(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.set('content-type', 'application/json');
  headers.delete('content-length');
  const body = request.method === 'POST' ? { body: '{}' } : {};
  return new Request(request.url, { method: request.method, headers, ...body });
}

/** How a program reaches the monitor: within the process, or over gRPC on the loopback. */
import { AsyncLocalStorage } from 'node:async_hooks';
import grpc from '@grpc/grpc-js';
import engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import resourceService from '@pulumi/pulumi/proto/resource_grpc_pb.js';
import type { Handlers } from './monitor.ts';
import type { SdkClient } from './sdk.ts';

export type Transport = 'inproc' | 'grpc';

export interface Connection {
  /** What the SDK takes for the address of monitor and engine. */
  readonly address: string;
  /** A client to put in the SDK's store; undefined when it is to dial the address itself. */
  readonly client: SdkClient | undefined;
  close(): void;
}

type Callback = (error: Partial<grpc.ServiceError> | null, response?: object) => void;

function asServiceError(error: unknown): Partial<grpc.ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message });
}

async function answer(call: Promise<object>, callback: Callback): Promise<void> {
  let response: object;
  try {
    response = await call;
  } catch (error) {
    callback(asServiceError(error));
    return;
  }
  callback(null, response);
}

/** What the generated clients can be asked for; the SDK tells by a member that is not there what it may do. */
const CALLS: ReadonlySet<string> = new Set([
  ...Object.keys(resourceService.ResourceMonitorService),
  ...Object.keys(engineService.EngineService),
]);

/** No sockets, no bytes: an object with the shape of the generated clients. */
export function connectInProcess(handlers: Handlers): Connection {
  const call = (name: string) => (request: never, callback: Callback) => {
    const handler = handlers[name];
    if (handler) void answer(handler(request), callback);
    else callback({ code: grpc.status.UNIMPLEMENTED, message: `${name} is not supported`, details: name });
  };
  const client = new Proxy({} as SdkClient, {
    get: (_target, name: string) => {
      if (name === 'close') return () => {};
      return CALLS.has(name) ? call(name) : undefined;
    },
  });
  return { address: 'in-process', client, close: () => {} };
}

/** The public contract: two gRPC services on a free port of the loopback. Call it inside the run's async context. */
export async function connectGrpc(handlers: Handlers): Promise<Connection> {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
  const inRun = AsyncLocalStorage.snapshot();
  const implementation: grpc.UntypedServiceImplementation = {};
  for (const [name, handler] of Object.entries(handlers)) {
    const handle: grpc.handleUnaryCall<never, object> = (call, callback) =>
      inRun(() => void answer(handler(call.request), callback as Callback));
    implementation[name] = handle as unknown as grpc.UntypedHandleCall;
  }
  server.addService(resourceService.ResourceMonitorService, implementation);
  server.addService(engineService.EngineService, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, found: number) => (error ? reject(error) : resolve(found));
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), bound);
  });
  return { address: `127.0.0.1:${port}`, client: undefined, close: () => server.forceShutdown() };
}

export function connect(transport: Transport, handlers: Handlers): Promise<Connection> {
  return transport === 'grpc' ? connectGrpc(handlers) : Promise.resolve(connectInProcess(handlers));
}

/** gRPC services of this process, on free ports of the loopback. */
import grpc from '@grpc/grpc-js';
import { toGrpcError } from './messages.ts';

type Answer<Request> = (request: Request, peer: string) => Promise<object>;

async function respond<Request>(
  call: grpc.ServerUnaryCall<Request, object>,
  callback: grpc.sendUnaryData<object>,
  answer: Answer<Request>,
): Promise<void> {
  let response: object;
  try {
    response = await answer(call.request, call.getPeer());
  } catch (error) {
    callback(toGrpcError(error));
    return;
  }
  callback(null, response);
}

/** A call by what answers it; what it throws is the error that the other side gets. */
export function unary<Request>(answer: Answer<Request>): grpc.handleUnaryCall<Request, object> {
  return (call, callback) => void respond(call, callback, answer);
}

export function createServer(service: grpc.ServiceDefinition, calls: grpc.UntypedServiceImplementation): grpc.Server {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(service, calls);
  return server;
}

/** @returns the port */
export function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    const bound = (error: Error | null, port: number) => (error ? reject(error) : resolve(port));
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), bound);
  });
}

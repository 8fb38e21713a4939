/** What a program lends to the engine: functions of its own, called back over the public contract while resources are registered. */
import grpc from '@grpc/grpc-js';
import callbackService from '@pulumi/pulumi/proto/callback_grpc_pb.js';
import callbackProto from '@pulumi/pulumi/proto/callback_pb.js';
import type { Callback } from '@pulumi/pulumi/proto/callback_pb.js';

export interface CallbackCaller {
  /** Call a function of the program. @returns the bytes of its response @throws Error with the function's own message */
  call(callback: Callback, request: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

const OPTIONS = { 'grpc.max_receive_message_length': -1 };

export function createCallbackCaller(): CallbackCaller {
  const clients = new Map<string, InstanceType<typeof callbackService.CallbacksClient>>();

  function clientFor(target: string) {
    const client =
      clients.get(target) ?? new callbackService.CallbacksClient(target, grpc.credentials.createInsecure(), OPTIONS);
    clients.set(target, client);
    return client;
  }

  return {
    call(callback, bytes) {
      const request = new callbackProto.CallbackInvokeRequest();
      request.setToken(callback.getToken());
      request.setRequest(bytes);
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      clientFor(callback.getTarget()).invoke(request, (error, response) => {
        if (error) reject(new Error(error.details || error.message));
        else resolve(response.getResponse_asU8());
      });
      return promise;
    },
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}

/** Errors of a plugin, as the engine knows those of a provider in its own process. */
import grpc from '@grpc/grpc-js';
import providerProto from '@pulumi/pulumi/proto/provider_pb.js';
import statusProto from '@pulumi/pulumi/proto/status_pb.js';
import { fromStruct } from '../wire/struct.ts';
import type { PluginProcess } from './process.ts';

/** Thrown when a plugin's process ended while it was asked. */
export class PluginCrashedError extends Error {
  override readonly name = 'PluginCrashedError';
}

/** A resource that exists and did not come up, in the shape that providers in process throw. */
class InitFailure extends Error {
  readonly id: string;
  readonly properties: Record<string, unknown>;
  readonly reasons: readonly string[];

  constructor(message: string, detail: InstanceType<typeof providerProto.ErrorResourceInitFailed>) {
    super(message);
    this.id = detail.getId();
    this.properties = fromStruct(detail.getProperties());
    this.reasons = detail.getReasonsList();
  }
}

function initFailureOf(error: grpc.ServiceError): InitFailure | undefined {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!(bytes instanceof Uint8Array)) return undefined;
  const status = statusProto.Status.deserializeBinary(bytes);
  const detail = status.getDetailsList().find((any) => any.getTypeName() === 'pulumirpc.ErrorResourceInitFailed');
  if (!detail) return undefined;
  const decoded = providerProto.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return new InitFailure(status.getMessage() || error.details, decoded);
}

/** @param what was asked of which resource, for messages: `create urn:…` */
export async function toProviderError(
  error: grpc.ServiceError,
  what: string,
  plugin: PluginProcess,
  name: string,
): Promise<Error> {
  if (error.code === grpc.status.UNAVAILABLE) {
    const how = (await plugin.ending()) ?? 'or does not listen any more';
    return new PluginCrashedError(`${what}: the process of the plugin ${name} ended ${how}`);
  }
  return initFailureOf(error) ?? new Error(error.details || error.message);
}

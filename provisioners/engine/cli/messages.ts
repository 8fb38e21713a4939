/** Property bags and errors as protocol messages. */
import grpc from '@grpc/grpc-js';
import proto from '@pulumi/pulumi/proto/provider_pb.js';
import statusProto from '@pulumi/pulumi/proto/status_pb.js';
import anyProto from 'google-protobuf/google/protobuf/any_pb.js';
import structProto from 'google-protobuf/google/protobuf/struct_pb.js';
import type { Struct } from 'google-protobuf/google/protobuf/struct_pb.js';
import { InitFailedError } from '../embedded/answers.ts';
import { withoutUndefined, type Props } from '../wire/values.ts';

export function toProps(struct: Struct | undefined): Props {
  return struct?.toJavaScript() ?? {};
}

export function toStruct(props: Props): Struct {
  // The package's types know only objects of JSON values, which property bags are.
  return structProto.Struct.fromJavaScript(
    withoutUndefined(props) as Parameters<typeof structProto.Struct.fromJavaScript>[0],
  );
}

/** How the contract says "it exists, but did not come up": a status with details, which the CLI records like a success. */
function initFailed(error: InitFailedError): grpc.Metadata {
  const details = new proto.ErrorResourceInitFailed();
  details.setId(error.id);
  details.setProperties(toStruct(error.outputs));
  details.setReasonsList([...error.reasons]);
  const any = new anyProto.Any();
  any.pack(details.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const status = new statusProto.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
  return metadata;
}

export function toGrpcError(error: unknown): Partial<grpc.ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  const base = { name: 'ProviderError', message, code: grpc.status.UNKNOWN, details: message };
  return error instanceof InitFailedError ? { ...base, metadata: initFailed(error) } : base;
}

/** Property bags as protocol messages carry them. */
import structProto from 'google-protobuf/google/protobuf/struct_pb.js';
import type { Struct } from 'google-protobuf/google/protobuf/struct_pb.js';
import { withoutUndefined, type Props } from './values.ts';

export function toStruct(props: Props): Struct {
  // The package's types know only objects of JSON values, which property bags are.
  return structProto.Struct.fromJavaScript(
    withoutUndefined(props) as Parameters<typeof structProto.Struct.fromJavaScript>[0],
  );
}

export function fromStruct(struct: Struct | undefined): Props {
  return struct?.toJavaScript() ?? {};
}

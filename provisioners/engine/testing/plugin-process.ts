/**
 * A provider plugin as others write it: the SDK's own server, in a process of its own. Its resources wait, crash or half succeed on
 * demand. It logs to the engine that started it, and knows how it was configured.
 */
import grpc from '@grpc/grpc-js';
import engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import engineProto from '@pulumi/pulumi/proto/engine_pb.js';
import type { ConfigureRequest } from '@pulumi/pulumi/proto/provider_pb.js';
import { main, type Provider } from '@pulumi/pulumi/provider/index.js';
import { fromStruct } from '../wire/struct.ts';
import { isEqual, reveal, revealProps, type Props } from '../wire/values.ts';

const [engineAddress = ''] = process.argv.slice(2);
const engine = new engineService.EngineClient(engineAddress, grpc.credentials.createInsecure());
let config: Props = {};
const cancelled = Promise.withResolvers<never>();
cancelled.promise.catch(() => {});

// The SDK's server answers Configure and forgets what it says.
const server: { addService: (this: grpc.Server, ...args: Parameters<grpc.Server['addService']>) => void } =
  grpc.Server.prototype;
const { addService } = server;
server.addService = function addListening(this: grpc.Server, service, implementation) {
  const answer = implementation['configure'] as grpc.handleUnaryCall<ConfigureRequest, object>;
  const configure: typeof answer = (call, callback) => {
    config = revealProps(fromStruct(call.request.getArgs()));
    answer(call, callback);
  };
  implementation['configure'] = configure;
  addService.call(this, service, implementation);
};

function log(message: string, urn: string): Promise<void> {
  const request = new engineProto.LogRequest();
  request.setSeverity(engineProto.LogSeverity.WARNING);
  request.setMessage(message);
  request.setUrn(urn);
  return new Promise((resolve, reject) => {
    engine.log(request, (error) => (error ? reject(error) : resolve()));
  });
}

class HalfMade extends Error {
  readonly id = 'half';
  readonly properties = { ready: false };
  readonly reasons = ['no pod is ready'];
}

const provider: Provider = {
  version: '1.0.0',
  async diff(_id, _urn, olds: Props, news: Props) {
    const changed = Object.keys(news).filter((key) => !isEqual(reveal(olds[key]), reveal(news[key])));
    return { changes: changed.length > 0, replaces: changed.filter((key) => key === 'key') };
  },
  async create(urn, inputs: Props) {
    await log('about to make something', urn);
    if (inputs['act'] === 'crash') process.exit(3);
    if (inputs['act'] === 'wait') await cancelled.promise;
    if (inputs['act'] === 'half') throw new HalfMade('not ready');
    return { id: 'made', outs: { ...inputs, region: config['region'] ?? null, process: process.pid } };
  },
  async update(_id, _urn, olds: Props, news: Props) {
    return { outs: { ...olds, ...news } };
  },
  async read(id, _urn, props: Props = {}) {
    return { id, props };
  },
  async invoke(_token, args: Props) {
    return { outputs: { echo: args['text'] } };
  },
  async cancel() {
    cancelled.reject(new Error('interrupted'));
  },
};

await main(provider, process.argv.slice(2));

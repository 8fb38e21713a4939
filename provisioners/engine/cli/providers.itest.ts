import grpc from '@grpc/grpc-js';
import providerService from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import proto from '@pulumi/pulumi/proto/provider_pb.js';
import type { Provider } from '@pulumi/pulumi/provider/index.js';
import { afterEach, expect, test } from 'vitest';
import type { ProviderPackage } from '../port.ts';
import { UNKNOWN, toSecret, type Props } from '../wire/values.ts';
import { toProps, toStruct } from './messages.ts';
import { attachProviders } from './providers.ts';
import { createTestimony } from './witness.ts';

const URN = 'urn:pulumi:s::p::sample:index:Thing::t';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type Client = InstanceType<typeof providerService.ResourceProviderClient>;
type Reply<T> = (error: grpc.ServiceError | null, response: T) => void;

function ask<T>(call: (reply: Reply<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => call((error, response) => (error ? reject(error) : resolve(response))));
}

/** A package behind gRPC, and a connection to it for each configuration. */
async function serve(create: (config: Props) => Provider & { close?(): void }) {
  const testimony = createTestimony(() => {});
  const provided: ProviderPackage = { name: 'sample', version: '1.2.3', create };
  const attached = await attachProviders([provided], testimony);
  closing.push(() => attached.close());
  const [name, port] = (attached.environment['PULUMI_DEBUG_PROVIDERS'] ?? '').split(':');
  expect(name).toBe('sample');
  async function connect(config: Props): Promise<Client> {
    // A channel of its own, as the CLI opens one for each provider.
    const options = { 'grpc.use_local_subchannel_pool': 1 };
    const client = new providerService.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
      options,
    );
    closing.push(() => client.close());
    const request = new proto.ConfigureRequest();
    request.setArgs(toStruct(config));
    const response = await ask<InstanceType<typeof proto.ConfigureResponse>>((reply) =>
      client.configure(request, reply),
    );
    expect(response.getAcceptsecrets()).toBe(true);
    return client;
  }
  return { attached, testimony, connect };
}

function createRequest(inputs: Props, preview = false) {
  const request = new proto.CreateRequest();
  request.setUrn(URN);
  request.setProperties(toStruct(inputs));
  request.setPreview(preview);
  return request;
}

async function made(client: Client, inputs: Props, preview = false) {
  const response = await ask<InstanceType<typeof proto.CreateResponse>>((reply) =>
    client.create(createRequest(inputs, preview), reply),
  );
  return { id: response.getId(), outs: toProps(response.getProperties()) };
}

test('each connection has the provider that it configured, without marks of secrets in its configuration', async () => {
  const { connect } = await serve((config) => ({ create: async () => ({ id: 'x', outs: config }) }));
  const north = await connect({ region: toSecret('north'), version: '1.2.3' });
  const south = await connect({ region: 'south' });
  expect((await made(south, {})).outs).toEqual({ region: 'south' });
  expect((await made(north, {})).outs).toEqual({ region: 'north' });
});

test('secrets come wrapped, and those that a provider hands back bare are wrapped again', async () => {
  const seen: Props[] = [];
  const { connect } = await serve(() => ({
    async create(_urn, inputs: Props) {
      seen.push(inputs);
      return { id: 'x', outs: { login: 'hidden', size: 1 } };
    },
  }));
  const { outs } = await made(await connect({}), { login: toSecret('hidden'), size: 1 });
  expect(seen).toEqual([{ login: toSecret('hidden'), size: 1 }]);
  expect(outs).toEqual({ login: toSecret('hidden'), size: 1 });
});

test('previews call neither create nor update, and keep the outputs that diff names as stable', async () => {
  const { connect } = await serve(() => ({
    diff: async () => ({ changes: true, stables: ['made'], replaces: [] }),
    create: () => Promise.reject(new Error('called')),
    update: () => Promise.reject(new Error('called')),
  }));
  const client = await connect({});
  expect(await made(client, { size: UNKNOWN }, true)).toEqual({ id: '', outs: { size: UNKNOWN } });
  const diff = new proto.DiffRequest();
  diff.setUrn(URN);
  diff.setNews(toStruct({ size: 2 }));
  await ask((reply) => client.diff(diff, reply));
  const update = new proto.UpdateRequest();
  update.setUrn(URN);
  update.setOlds(toStruct({ size: 1, made: 'here', other: 1 }));
  update.setNews(toStruct({ size: 2 }));
  update.setPreview(true);
  const answer = await ask<InstanceType<typeof proto.UpdateResponse>>((reply) => client.update(update, reply));
  expect(toProps(answer.getProperties())).toEqual({ made: 'here', size: 2 });
});

test('what differs is told to the witness as the provider saw it', async () => {
  const { connect, testimony } = await serve(() => ({
    diff: async () => ({ changes: true, replaces: ['size'], deleteBeforeReplace: true }),
  }));
  const request = new proto.DiffRequest();
  request.setUrn(URN);
  request.setOldInputs(toStruct({ size: 1, login: toSecret('a') }));
  request.setNews(toStruct({ size: UNKNOWN, login: toSecret('b') }));
  const client = await connect({});
  const response = await ask<InstanceType<typeof proto.DiffResponse>>((reply) => client.diff(request, reply));
  expect(response.getReplacesList()).toEqual(['size']);
  expect(response.getDeletebeforereplace()).toBe(true);
  expect(testimony.changes(URN, [])).toEqual([
    { path: 'login', kind: 'update', before: { secret: true }, after: { secret: true }, secret: true },
    { path: 'size', kind: 'update', before: 1, after: { unknown: true }, unknown: true, replaces: true },
  ]);
});

test('refusals travel as answers and as errors, and a half success with what was made', async () => {
  const half = Object.assign(new Error('half'), { id: 'h', properties: { up: false }, reasons: ['no answer'] });
  const { connect, testimony } = await serve(() => ({
    check: async () => ({ inputs: {}, failures: [{ property: 'size', reason: 'is odd' }] }),
    create: () => Promise.reject(half),
    read: async () => ({ id: '', props: {} }),
    update: () => Promise.reject(new Error('not today')),
  }));
  const client = await connect({});
  const check = new proto.CheckRequest();
  check.setUrn(URN);
  const checked = await ask<InstanceType<typeof proto.CheckResponse>>((reply) => client.check(check, reply));
  expect(checked.getFailuresList().map((failure) => failure.getReason())).toEqual(['size: is odd']);
  expect(testimony.failure(URN)).toBe('size: is odd');
  const error = await made(client, {}).catch((caught: unknown) => caught as grpc.ServiceError);
  expect(error).toMatchObject({ code: grpc.status.UNKNOWN });
  const [details] = (error as grpc.ServiceError).metadata.get('grpc-status-details-bin');
  expect(String(details)).toContain('ErrorResourceInitFailed');
  const update = new proto.UpdateRequest();
  update.setUrn(URN);
  await expect(ask((reply) => client.update(update, reply))).rejects.toThrow('not today');
  expect(testimony.failure(URN)).toBe('not today');
  const read = new proto.ReadRequest();
  read.setUrn(URN);
  const gone = await ask<InstanceType<typeof proto.ReadResponse>>((reply) => client.read(read, reply));
  expect(gone.getId()).toBe('');
});

test('calls that run can be waited for, and providers are closed at the end', async () => {
  const { promise, resolve } = Promise.withResolvers<{ id: string; outs: Props }>();
  const closed: string[] = [];
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { attached, connect } = await serve(() => ({
    create() {
      begin();
      return promise;
    },
    close: () => void closed.push('closed'),
  }));
  const answer = made(await connect({}), {});
  await begun;
  expect(await attached.idle(1)).toBe(false);
  const idle = attached.idle(10_000);
  resolve({ id: 'x', outs: {} });
  expect(await idle).toBe(true);
  await answer;
  await attached.close();
  expect(closed).toEqual(['closed']);
});

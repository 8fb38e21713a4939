/**
 * Provider plugins: binaries `pulumi-resource-NAME` behind the port's provider packages, over the public provider contract. A plugin is
 * started when its provider is first asked, and ends with the run.
 */
import type { ServiceError } from '@grpc/grpc-js';
import type {
  CheckResult,
  CreateResult,
  DiffResult,
  InvokeResult,
  ReadResult,
  UpdateResult,
} from '@pulumi/pulumi/provider/index.js';
import proto from '@pulumi/pulumi/proto/provider_pb.js';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';
import type { ProviderPackage } from '../port.ts';
import { fromStruct, toStruct } from '../wire/struct.ts';
import { revealProps, type Props } from '../wire/values.ts';
import { toProviderError } from './errors.ts';
import { findPluginFile } from './find.ts';
import { startPlugin, type PluginLog, type PluginProcess } from './process.ts';

type Client = PluginProcess['client'];
type Callback<Response> = (error: ServiceError | null, response: Response) => void;

function configureRequest(name: string, config: Props) {
  const request = new proto.ConfigureRequest();
  request.setArgs(toStruct(config));
  request.setAcceptsecrets(true);
  for (const [key, value] of Object.entries(config)) {
    request.getVariablesMap().set(`${name}:config:${key}`, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return request;
}

interface Connected {
  readonly plugin: PluginProcess;
  readonly acceptsSecrets: boolean;
}

/** One configured provider in a process of its own. */
class PluginProvider {
  readonly #name: string;
  readonly #file: string;
  readonly #config: Props;
  readonly #log: PluginLog;
  #connected: Promise<Connected> | undefined;

  constructor(name: string, file: string, config: Props, log: PluginLog) {
    this.#name = name;
    this.#file = file;
    this.#config = config;
    this.#log = log;
  }

  async #connect(): Promise<Connected> {
    const plugin = await startPlugin(this.#file, this.#log);
    const request = configureRequest(this.#name, this.#config);
    const configured = await this.#call<InstanceType<typeof proto.ConfigureResponse>>(
      plugin,
      'configure',
      (client, done) => client.configure(request, done),
    );
    return { plugin, acceptsSecrets: configured.getAcceptsecrets() };
  }

  async #call<Response>(
    plugin: PluginProcess,
    what: string,
    send: (client: Client, done: Callback<Response>) => void,
  ): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    send(plugin.client, (error, response) => (error ? reject(error) : resolve(response)));
    try {
      return await promise;
    } catch (error) {
      throw await toProviderError(error as ServiceError, what, plugin, this.#name);
    }
  }

  async #ask<Response>(
    what: string,
    send: (client: Client, done: Callback<Response>, struct: (props: Props) => ReturnType<typeof toStruct>) => void,
  ): Promise<Response> {
    this.#connected ??= this.#connect();
    const { plugin, acceptsSecrets } = await this.#connected;
    const struct = (props: Props) => toStruct(acceptsSecrets ? props : revealProps(props));
    return this.#call<Response>(plugin, what, (client, done) => send(client, done, struct));
  }

  async check(urn: string, olds: Props, news: Props): Promise<CheckResult> {
    const response = await this.#ask<InstanceType<typeof proto.CheckResponse>>(
      `check ${urn}`,
      (client, done, struct) => {
        const request = new proto.CheckRequest();
        request.setUrn(urn);
        request.setOlds(struct(olds));
        request.setNews(struct(news));
        client.check(request, done);
      },
    );
    const failures = response.getFailuresList().map((failure) => ({
      property: failure.getProperty(),
      reason: failure.getReason(),
    }));
    return { inputs: response.hasInputs() ? fromStruct(response.getInputs()) : news, failures };
  }

  async diff(id: string, urn: string, olds: Props, news: Props): Promise<DiffResult> {
    const response = await this.#ask<InstanceType<typeof proto.DiffResponse>>(`diff ${urn}`, (client, done, struct) => {
      const request = new proto.DiffRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      client.diff(request, done);
    });
    const { DIFF_SOME, DIFF_UNKNOWN } = proto.DiffResponse.DiffChanges;
    const changes = response.getChanges();
    return {
      ...(changes === DIFF_UNKNOWN ? {} : { changes: changes === DIFF_SOME }),
      replaces: response.getReplacesList(),
      stables: response.getStablesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(urn: string, inputs: Props): Promise<CreateResult> {
    const response = await this.#ask<InstanceType<typeof proto.CreateResponse>>(
      `create ${urn}`,
      (client, done, struct) => {
        const request = new proto.CreateRequest();
        request.setUrn(urn);
        request.setProperties(struct(inputs));
        client.create(request, done);
      },
    );
    return { id: response.getId(), outs: fromStruct(response.getProperties()) };
  }

  async read(id: string, urn: string, props: Props = {}): Promise<ReadResult> {
    const response = await this.#ask<InstanceType<typeof proto.ReadResponse>>(`read ${urn}`, (client, done, struct) => {
      const request = new proto.ReadRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setProperties(struct(props));
      client.read(request, done);
    });
    const inputs = response.hasInputs() ? { inputs: fromStruct(response.getInputs()) } : {};
    return { id: response.getId(), props: fromStruct(response.getProperties()), ...inputs };
  }

  async update(id: string, urn: string, olds: Props, news: Props): Promise<UpdateResult> {
    const response = await this.#ask<InstanceType<typeof proto.UpdateResponse>>(
      `update ${urn}`,
      (client, done, struct) => {
        const request = new proto.UpdateRequest();
        request.setId(id);
        request.setUrn(urn);
        request.setOlds(struct(olds));
        request.setNews(struct(news));
        client.update(request, done);
      },
    );
    return { outs: fromStruct(response.getProperties()) };
  }

  async delete(id: string, urn: string, props: Props): Promise<void> {
    await this.#ask<unknown>(`delete ${urn}`, (client, done, struct) => {
      const request = new proto.DeleteRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setProperties(struct(props));
      client.delete(request, done);
    });
  }

  async invoke(token: string, args: Props): Promise<InvokeResult> {
    const response = await this.#ask<InstanceType<typeof proto.InvokeResponse>>(
      `call ${token}`,
      (client, done, struct) => {
        const request = new proto.InvokeRequest();
        request.setTok(token);
        request.setArgs(struct(args));
        client.invoke(request, done);
      },
    );
    const failures = response.getFailuresList().map((failure) => ({
      property: failure.getProperty(),
      reason: failure.getReason(),
    }));
    return { outputs: fromStruct(response.getReturn()), failures };
  }

  /** A plugin that was never asked need not hear of it. */
  async cancel(): Promise<void> {
    if (this.#connected)
      await this.#ask<unknown>('cancel', (client, done) => client.cancel(new emptyProto.Empty(), done));
  }

  async close(): Promise<void> {
    const connected = await this.#connected?.catch(() => undefined);
    await connected?.plugin.close();
  }
}

/** The package of an installed plugin; undefined when there is none. */
export function findPluginPackage(
  name: string,
  version: string,
  { log, env = process.env }: { log: PluginLog; env?: Readonly<Record<string, string | undefined>> },
): ProviderPackage | undefined {
  const file = findPluginFile(name, version, env);
  if (file === undefined) return undefined;
  return { name, version, create: (config) => new PluginProvider(name, file, config, log) };
}

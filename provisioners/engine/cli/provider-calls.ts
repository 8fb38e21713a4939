/** The provider contract (`pulumirpc.ResourceProvider`) over a provider package, with the embedded engine's way of asking it. */
import type grpc from '@grpc/grpc-js';
import pluginProto from '@pulumi/pulumi/proto/plugin_pb.js';
import proto from '@pulumi/pulumi/proto/provider_pb.js';
import type {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  InvokeRequest,
  ReadRequest,
  UpdateRequest,
} from '@pulumi/pulumi/proto/provider_pb.js';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';
import { CheckFailedError, askCheck, askCreate, askDelete, askDiff, askRead, askUpdate } from '../embedded/ask.ts';
import { inTime } from '../embedded/deadline.ts';
import type { ProviderPackage } from '../port.ts';
import type { ResourceState } from '../state/deployment.ts';
import { urnType } from '../wire/urn.ts';
import { revealProps, type Props } from '../wire/values.ts';
import { toProps, toStruct } from './messages.ts';
import { unary } from './serve.ts';
import type { Witness } from './witness.ts';

type Provider = ReturnType<ProviderPackage['create']>;
type Answer<Request> = (request: Request, provider: Provider) => Promise<object>;

function stateOf(urn: string, inputs: Props, outputs: Props, id = ''): ResourceState {
  return { urn, type: urnType(urn), custom: true, inputs, outputs, id };
}

function encodeFailures(failures: readonly { readonly property: string; readonly reason: string }[]) {
  return failures.map(({ property, reason }) => {
    const failure = new proto.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
}

const remove: Answer<DeleteRequest> = async (request, provider) => {
  await askDelete(provider, stateOf(request.getUrn(), {}, toProps(request.getProperties()), request.getId()));
  return new emptyProto.Empty();
};

function resourceCalls(witness: Witness) {
  /** Outputs that an update leaves as they are, by URN: a preview of the update asks for them. */
  const stables = new Map<string, readonly string[]>();

  const check: Answer<CheckRequest> = async (request, provider) => {
    const urn = request.getUrn();
    const response = new proto.CheckResponse();
    try {
      const inputs = await askCheck(provider, urn, toProps(request.getOlds()), toProps(request.getNews()));
      witness.checked(urn, inputs);
      response.setInputs(toStruct(inputs));
    } catch (error) {
      if (!(error instanceof CheckFailedError)) throw error;
      witness.failed(urn, error.message);
      response.setFailuresList(encodeFailures([{ property: '', reason: error.message }]));
    }
    return response;
  };

  const diff: Answer<DiffRequest> = async (request, provider) => {
    const urn = request.getUrn();
    const [before, news] = [toProps(request.getOldInputs()), toProps(request.getNews())];
    const old = stateOf(urn, before, toProps(request.getOlds()), request.getId());
    const difference = await askDiff(provider, old, urn, news);
    stables.set(urn, difference.stables);
    witness.compared(urn, { before, after: news, replaces: difference.replaces });
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    const response = new proto.DiffResponse();
    response.setChanges(difference.changes ? DIFF_SOME : DIFF_NONE);
    response.setReplacesList([...difference.replaces]);
    response.setStablesList([...difference.stables]);
    response.setDeletebeforereplace(difference.deleteBeforeReplace);
    return response;
  };

  const create: Answer<CreateRequest> = async (request, provider) => {
    const [urn, inputs] = [request.getUrn(), toProps(request.getProperties())];
    const response = new proto.CreateResponse();
    if (request.getPreview()) {
      response.setProperties(toStruct(inputs));
      return response;
    }
    const { id, outputs } = await askCreate(provider, stateOf(urn, inputs, {}));
    witness.made(outputs);
    response.setId(id);
    response.setProperties(toStruct(outputs));
    return response;
  };

  const update: Answer<UpdateRequest> = async (request, provider) => {
    const [urn, id] = [request.getUrn(), request.getId()];
    const [olds, news] = [toProps(request.getOlds()), toProps(request.getNews())];
    const response = new proto.UpdateResponse();
    if (request.getPreview()) {
      const kept = (stables.get(urn) ?? []).filter((name) => name in olds).map((name) => [name, olds[name]] as const);
      response.setProperties(toStruct({ ...Object.fromEntries(kept), ...news }));
      return response;
    }
    const outputs = await askUpdate(provider, stateOf(urn, {}, olds, id), stateOf(urn, news, olds, id));
    witness.made(outputs);
    response.setProperties(toStruct(outputs));
    return response;
  };

  const read: Answer<ReadRequest> = async (request, provider) => {
    const [urn, outputs] = [request.getUrn(), toProps(request.getProperties())];
    const found = await askRead(provider, { id: request.getId(), urn, outputs });
    witness.compared(urn, { before: outputs, after: found?.outputs ?? {}, replaces: [] });
    const response = new proto.ReadResponse();
    if (!found) return response;
    witness.made(found.outputs);
    response.setId(found.id);
    response.setProperties(toStruct(found.outputs));
    response.setInputs(found.inputs ? toStruct(found.inputs) : request.getInputs());
    return response;
  };

  return { check, diff, create, update, read };
}

const invoke: Answer<InvokeRequest> = async (request, provider) => {
  const token = request.getTok();
  if (!provider.invoke) throw new Error(`the provider has no function ${token}`);
  const { outputs, failures } = await provider.invoke(token, toProps(request.getArgs()));
  const response = new proto.InvokeResponse();
  response.setReturn(toStruct((outputs ?? {}) as Props));
  response.setFailuresList(encodeFailures(failures ?? []));
  return response;
};

/** Calls that run now, over all packages: a CLI that was killed leaves them behind. */
export interface Running {
  enter(): void;
  leave(): void;
}

interface Serving {
  readonly provided: ProviderPackage;
  readonly witness: Witness;
  readonly running: Running;
  readonly callTimeoutMs: number;
}

/** A request about a resource; some carry the resource's own time, in seconds, or 0. */
interface OfResource {
  getUrn(): string;
  getTimeout?(): number;
}

/**
 * The calls of one package. The CLI opens a connection for each provider that a program configures, and they all lead here: so the
 * connection tells which configuration a call means.
 */
export function createProviderCalls({ provided, witness, running, callTimeoutMs }: Serving) {
  const instances = new Map<string, Provider>();

  /** A connection that was idle for long is opened anew, under another name; with one provider there is no doubt. */
  function instanceFor(peer: string): Provider {
    const only = instances.size === 1 ? instances.values().next().value : undefined;
    const found = instances.get(peer) ?? only;
    if (!found) throw new Error(`the provider ${provided.name} was asked before it was configured`);
    return found;
  }

  function serve<Request>(answer: (request: Request, peer: string) => Promise<object>): grpc.UntypedHandleCall {
    return unary(async (request: Request, peer) => {
      running.enter();
      try {
        return await answer(request, peer);
      } finally {
        running.leave();
      }
    });
  }

  function ofResource<Request extends OfResource>(verb: string, answer: Answer<Request>): grpc.UntypedHandleCall {
    return serve(async (request: Request, peer) => {
      try {
        const limitMs = (request.getTimeout?.() ?? 0) * 1000 || callTimeoutMs;
        return await inTime(`${verb} ${request.getUrn()}`, limitMs, answer(request, instanceFor(peer)));
      } catch (error) {
        witness.failed(request.getUrn(), error instanceof Error ? error.message : String(error));
        throw error;
      }
    });
  }

  async function configure(request: ConfigureRequest, peer: string): Promise<object> {
    const { __internal: _internal, version: _version, ...config } = revealProps(toProps(request.getArgs()));
    instances.set(peer, provided.create(config));
    const response = new proto.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  const resource = resourceCalls(witness);
  const calls: grpc.UntypedServiceImplementation = {
    configure: serve(configure),
    check: ofResource('check', resource.check),
    diff: ofResource('diff', resource.diff),
    create: ofResource('create', resource.create),
    update: ofResource('update', resource.update),
    read: ofResource('read', resource.read),
    delete: ofResource('delete', remove),
    invoke: serve((request: InvokeRequest, peer) => invoke(request, instanceFor(peer))),
    getPluginInfo: serve(async () => {
      const response = new pluginProto.PluginInfo();
      response.setVersion(provided.version);
      return response;
    }),
    // What runs is let finish; the CLI starts nothing more by itself.
    cancel: serve(async () => new emptyProto.Empty()),
    attach: serve(async () => new emptyProto.Empty()),
  };
  const close = async () => {
    await Promise.all([...instances.values()].map(async (instance) => instance.close?.()));
  };
  return { calls, close };
}

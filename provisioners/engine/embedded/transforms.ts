/** Transforms: functions of the program that change what is registered, a resource's own first, then its parents', then the stack's. */
import resourceProto from '@pulumi/pulumi/proto/resource_pb.js';
import type { Callback } from '@pulumi/pulumi/proto/callback_pb.js';
import type { RegisterResourceRequest, ResourceInvokeRequest } from '@pulumi/pulumi/proto/resource_pb.js';
import type { CallbackCaller } from './callbacks.ts';

type Options = InstanceType<typeof resourceProto.TransformResourceOptions>;

export interface Transforms {
  addForStack(transform: Callback): void;
  addForInvokes(transform: Callback): void;
  /** Change a registration in place. */
  apply(urn: string, request: RegisterResourceRequest): Promise<void>;
  /** Change a function call in place. */
  applyToInvoke(request: ResourceInvokeRequest): Promise<void>;
}

interface Owner {
  readonly transforms: readonly Callback[];
  readonly parent: string;
}

function optionsOf(request: RegisterResourceRequest): Options {
  const options = new resourceProto.TransformResourceOptions();
  options.setDependsOnList(request.getDependenciesList());
  if (request.hasProtect()) options.setProtect(request.getProtect() === true);
  options.setIgnoreChangesList(request.getIgnorechangesList());
  options.setReplaceOnChangesList(request.getReplaceonchangesList());
  options.setVersion(request.getVersion());
  options.setAliasesList(request.getAliasesList());
  options.setProvider(request.getProvider());
  options.setCustomTimeouts(request.getCustomtimeouts());
  options.setPluginDownloadUrl(request.getPlugindownloadurl());
  if (request.hasRetainondelete()) options.setRetainOnDelete(request.getRetainondelete() === true);
  options.setDeletedWith(request.getDeletedwith());
  if (request.getDeletebeforereplacedefined()) options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  options.setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
  options.setHooks(request.getHooks());
  options.setImport(request.getImportid());
  return options;
}

function takeOptions(request: RegisterResourceRequest, options: Options): void {
  request.setDependenciesList(options.getDependsOnList());
  if (options.hasProtect()) request.setProtect(options.getProtect() === true);
  request.setIgnorechangesList(options.getIgnoreChangesList());
  request.setReplaceonchangesList(options.getReplaceOnChangesList());
  request.setVersion(options.getVersion());
  request.setAliasesList(options.getAliasesList());
  request.setProvider(options.getProvider());
  request.setCustomtimeouts(options.getCustomTimeouts());
  request.setPlugindownloadurl(options.getPluginDownloadUrl());
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete() === true);
  request.setDeletedwith(options.getDeletedWith());
  if (options.hasDeleteBeforeReplace()) {
    request.setDeletebeforereplacedefined(true);
    request.setDeletebeforereplace(options.getDeleteBeforeReplace() === true);
  }
  request.setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList());
  request.setHooks(options.getHooks());
  request.setImportid(options.getImport());
}

export function createTransforms(caller: CallbackCaller): Transforms {
  const ofStack: Callback[] = [];
  const ofInvokes: Callback[] = [];
  const owners = new Map<string, Owner>();

  /** A resource's own, then those of each parent. */
  function inherited(urn: string): Callback[] {
    const owner = owners.get(urn);
    return owner ? [...owner.transforms, ...inherited(owner.parent)] : [];
  }

  async function applyOne(transform: Callback, request: RegisterResourceRequest): Promise<void> {
    const message = new resourceProto.TransformRequest();
    message.setType(request.getType());
    message.setName(request.getName());
    message.setCustom(request.getCustom());
    message.setParent(request.getParent());
    message.setProperties(request.getObject());
    message.setOptions(optionsOf(request));
    const answer = await caller.call(transform, message.serializeBinary());
    const response = resourceProto.TransformResponse.deserializeBinary(answer);
    request.setObject(response.getProperties());
    const options = response.getOptions();
    if (options) takeOptions(request, options);
  }

  return {
    addForStack: (transform) => void ofStack.push(transform),
    addForInvokes: (transform) => void ofInvokes.push(transform),
    async apply(urn, request) {
      owners.set(urn, { transforms: request.getTransformsList(), parent: request.getParent() });
      for (const transform of [...inherited(urn), ...ofStack]) await applyOne(transform, request);
    },
    async applyToInvoke(request) {
      for (const transform of ofInvokes) {
        const options = new resourceProto.TransformInvokeOptions();
        options.setProvider(request.getProvider());
        options.setVersion(request.getVersion());
        options.setPluginDownloadUrl(request.getPlugindownloadurl());
        const message = new resourceProto.TransformInvokeRequest();
        message.setToken(request.getTok());
        message.setArgs(request.getArgs());
        message.setOptions(options);
        const answer = await caller.call(transform, message.serializeBinary());
        const response = resourceProto.TransformInvokeResponse.deserializeBinary(answer);
        request.setArgs(response.getArgs());
        request.setProvider(response.getOptions()?.getProvider() ?? request.getProvider());
        request.setVersion(response.getOptions()?.getVersion() ?? request.getVersion());
      }
    },
  };
}

/** The services `ResourceMonitor` and `Engine`, as a program's SDK sees them. */
import type { Callback } from '@pulumi/pulumi/proto/callback_pb.js';
import engineProto from '@pulumi/pulumi/proto/engine_pb.js';
import type { LogRequest, SetRootResourceRequest } from '@pulumi/pulumi/proto/engine_pb.js';
import providerProto from '@pulumi/pulumi/proto/provider_pb.js';
import resourceProto from '@pulumi/pulumi/proto/resource_pb.js';
import type {
  ReadResourceRequest,
  RegisterResourceHookRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
} from '@pulumi/pulumi/proto/resource_pb.js';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';
import { fromStruct, toStruct } from '../wire/struct.ts';
import { decodeInvoke, decodeRead, decodeRegistration } from './decode.ts';
import { notSupported } from './provider-host.ts';
import { invoke, readResource } from './read.ts';
import { registerOutputs, registerResource } from './register.ts';
import type { Registered } from './registration.ts';
import { fail, type Run } from './run.ts';
import { toUnknown } from './task.ts';
import { makeUrn } from '../wire/urn.ts';

/** Calls by their names in the protocol. A call that is missing is answered with "unimplemented". */
export type Handlers = Readonly<Record<string, (request: never) => Promise<object>>>;

const Feature = resourceProto.ResourceMonitorFeature;
/** What the SDK may send. Some of it is sent to be refused here, in words that say what to do. */
const FEATURES = [
  Feature.RESOURCE_MONITOR_FEATURE_SECRETS,
  Feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  Feature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  Feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  Feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  Feature.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
  Feature.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
  Feature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
  Feature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
  Feature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  Feature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
  Feature.RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS,
  Feature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
];

function encodeRegistered({ urn, id, outputs, unknown }: Registered) {
  const response = new resourceProto.RegisterResourceResponse();
  response.setUrn(urn);
  response.setId(id);
  response.setObject(toStruct(outputs));
  response.setUnknown(unknown);
  return response;
}

function resourceCalls(run: Run): Handlers {
  return {
    async registerResource(request: RegisterResourceRequest) {
      const { project, stack } = run.request;
      const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
      const urn = makeUrn({ project, stack, type, name, parent });
      try {
        await run.transforms.apply(urn, request);
        return encodeRegistered(await registerResource(run, decodeRegistration(request)));
      } catch (error) {
        fail(run, urn, error);
        return encodeRegistered(toUnknown(urn));
      }
    },
    async registerResourceOutputs(request: RegisterResourceOutputsRequest) {
      registerOutputs(run, request.getUrn(), fromStruct(request.getOutputs()));
      return new emptyProto.Empty();
    },
    async readResource(request: ReadResourceRequest) {
      const { urn, outputs, unknown } = await readResource(run, decodeRead(request));
      const response = new resourceProto.ReadResourceResponse();
      response.setUrn(urn);
      response.setProperties(toStruct(outputs));
      response.setUnknown(unknown);
      return response;
    },
    async invoke(request: ResourceInvokeRequest) {
      await run.transforms.applyToInvoke(request);
      const { outputs, failures = [] } = await invoke(run, decodeInvoke(request));
      const response = new resourceProto.ResourceInvokeResponse();
      response.setReturn(toStruct(outputs ?? {}));
      const encoded = failures.map(({ property, reason }) => {
        const failure = new providerProto.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        return failure;
      });
      response.setFailuresList(encoded);
      return response;
    },
  };
}

const SEVERITIES = ['debug', 'info', 'warning', 'error'] as const;

function log(run: Run, request: LogRequest): void {
  const severity = SEVERITIES[request.getSeverity()] ?? 'info';
  // The SDK tells every step of its own at this level.
  if (severity === 'debug') return;
  const urn = request.getUrn() || null;
  run.journal.log(severity, request.getMessage(), urn);
  // A program that logs an error has failed, as under the CLI.
  if (severity === 'error') run.journal.error({ kind: 'program', urn, message: request.getMessage() });
}

function engineCalls(run: Run): Handlers {
  return {
    async getDeploymentInfo() {
      const info = new resourceProto.DeploymentInfo();
      info.setProject(run.request.project);
      info.setStack(run.request.stack);
      info.setDryrun(run.preview);
      info.setSupportedfeaturesList(FEATURES);
      return info;
    },
    async log(request: LogRequest) {
      log(run, request);
      return new emptyProto.Empty();
    },
    async getRootResource() {
      const response = new engineProto.GetRootResourceResponse();
      response.setUrn(run.rootUrn);
      return response;
    },
    async setRootResource(request: SetRootResourceRequest) {
      run.rootUrn = request.getUrn();
      return new engineProto.SetRootResourceResponse();
    },
    async signalAndWaitForShutdown() {
      return new emptyProto.Empty();
    },
    async requirePulumiVersion() {
      return new engineProto.RequirePulumiVersionResponse();
    },
  };
}

/** The functions that a program lends. */
function callbackCalls(run: Run): Handlers {
  return {
    async registerStackTransform(request: Callback) {
      run.transforms.addForStack(request);
      return new emptyProto.Empty();
    },
    async registerStackInvokeTransform(request: Callback) {
      run.transforms.addForInvokes(request);
      return new emptyProto.Empty();
    },
    async registerErrorHook() {
      return new emptyProto.Empty();
    },
    async call() {
      throw notSupported('a method of a resource');
    },
    async registerPackage() {
      throw notSupported('a parameterised package');
    },
    async registerResourceHook(request: RegisterResourceHookRequest) {
      run.hooks.register(request);
      return new emptyProto.Empty();
    },
  };
}

export function createHandlers(run: Run): Handlers {
  return { ...resourceCalls(run), ...callbackCalls(run), ...engineCalls(run) };
}

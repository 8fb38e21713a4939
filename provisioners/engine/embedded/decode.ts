/** Protocol messages to what the engine works with. */
import type { Alias as AliasMessage } from '@pulumi/pulumi/proto/alias_pb.js';
import type {
  ReadResourceRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
} from '@pulumi/pulumi/proto/resource_pb.js';
import type { CustomTimeouts } from '../state/deployment.ts';
import { parseDurationSeconds } from '../wire/duration.ts';
import { fromStruct } from '../wire/struct.ts';
import { decodeHooks } from './hooks.ts';
import { notSupported } from './provider-host.ts';
import type { Alias, InvokeRequest, KeptOptions, ProviderChoice, ReadRequest, Registration } from './registration.ts';

interface NamesProvider {
  getProvider(): string;
  getVersion(): string;
  getPlugindownloadurl(): string;
}

function decodeProvider(request: NamesProvider): ProviderChoice {
  const [reference, version, downloadUrl] = [
    request.getProvider(),
    request.getVersion(),
    request.getPlugindownloadurl(),
  ];
  return { reference, version, downloadUrl };
}

function decodeAlias(alias: AliasMessage): Alias {
  const spec = alias.getSpec();
  if (!spec) return alias.getUrn();
  return {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent: spec.hasParenturn() ? spec.getParenturn() : '',
    noParent: spec.hasNoparent() && spec.getNoparent(),
  };
}

function decodeTimeouts(request: RegisterResourceRequest): CustomTimeouts | undefined {
  const timeouts = request.getCustomtimeouts();
  const [create, update, remove] = [timeouts?.getCreate(), timeouts?.getUpdate(), timeouts?.getDelete()];
  if (!create && !update && !remove) return undefined;
  return {
    ...(create ? { create: parseDurationSeconds(create) } : {}),
    ...(update ? { update: parseDurationSeconds(update) } : {}),
    ...(remove ? { delete: parseDurationSeconds(remove) } : {}),
  };
}

function decodeOptions(request: RegisterResourceRequest): KeptOptions {
  const customTimeouts = decodeTimeouts(request);
  const resourceHooks = decodeHooks(request);
  return {
    ...(request.getProtect() ? { protect: true } : {}),
    ...(request.getRetainondelete() ? { retainOnDelete: true } : {}),
    ...(request.getDeletedwith() ? { deletedWith: request.getDeletedwith() } : {}),
    ...(customTimeouts ? { customTimeouts } : {}),
    ...(resourceHooks ? { resourceHooks } : {}),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

function refuseUnsupported(request: RegisterResourceRequest): void {
  const asked: readonly [boolean, string][] = [
    [request.getRemote(), 'a remote component'],
    [request.hasReplacementTrigger(), 'the option "replacementTrigger"'],
    [request.getReplaceWithList().length > 0, 'the option "replaceWith"'],
    [request.getStateMigrationsList().length > 0, 'a state migration'],
    [(request.getHooks()?.getOnErrorList() ?? []).length > 0, 'an error hook'],
  ];
  for (const [isAsked, what] of asked) if (isAsked) throw notSupported(what);
}

/** @throws UnsupportedError for what only the other engine can do */
export function decodeRegistration(request: RegisterResourceRequest): Registration {
  refuseUnsupported(request);
  const propertyDependencies: Record<string, readonly string[]> = {};
  for (const [key, value] of request.getPropertydependenciesMap().entries())
    propertyDependencies[key] = value.getUrnsList();
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    inputs: fromStruct(request.getObject()),
    provider: decodeProvider(request),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    aliases: [...request.getAliasurnsList(), ...request.getAliasesList().map(decodeAlias)],
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    importId: request.getImportid(),
    options: decodeOptions(request),
  };
}

export function decodeRead(request: ReadResourceRequest): ReadRequest {
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    id: request.getId(),
    properties: fromStruct(request.getProperties()),
    provider: decodeProvider(request),
    dependencies: request.getDependenciesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

export function decodeInvoke(request: ResourceInvokeRequest): InvokeRequest {
  return { token: request.getTok(), args: fromStruct(request.getArgs()), provider: decodeProvider(request) };
}

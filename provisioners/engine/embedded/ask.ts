/** Asking a provider: its answers are `any` by type, so they are brought into shape here, once. */
import type { Provider } from '@pulumi/pulumi/provider/index.js';
import type { ResourceState } from '../state/deployment.ts';
import { diffProperties } from '../wire/property-diff.ts';
import { isWithin, parsePath } from '../wire/property-path.ts';
import { hasUnknown, isEqual, isObject, markLike, toSecret, withoutUndefined, type Props } from '../wire/values.ts';

/** Thrown when a provider refuses a resource's inputs. */
export class CheckFailedError extends Error {
  override readonly name = 'CheckFailedError';
}

/** Thrown when a provider cannot do what is asked of it. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
}

function toProps(value: unknown): Props {
  const clean = withoutUndefined(value);
  return isObject(clean) ? clean : {};
}

/** A provider's outputs: without undefined members, with inputs' secrets marked, with the asked members marked. */
function toOutputs(value: unknown, inputs: Props, secretNames: readonly string[] = []): Props {
  const outputs = markLike(toProps(value ?? inputs), inputs) as Props;
  for (const name of secretNames) {
    if (name in outputs) outputs[name] = toSecret(outputs[name]);
  }
  return outputs;
}

/** Validate and complete inputs. @throws CheckFailedError */
export async function askCheck(provider: Provider | undefined, urn: string, olds: Props, news: Props): Promise<Props> {
  if (!provider?.check) return news;
  const { inputs, failures = [] } = await provider.check(urn, olds, news);
  if (failures.length > 0) {
    throw new CheckFailedError(failures.map(({ property, reason }) => `${property}: ${reason}`).join('; '));
  }
  return inputs === undefined ? news : (markLike(toProps(inputs), news) as Props);
}

export interface Difference {
  readonly changes: boolean;
  /** Paths that force a replacement. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Outputs that an update leaves as they are. */
  readonly stables: readonly string[];
}

/** How an existing resource differs from what is asked. A provider that cannot tell because of unknowns says "it changes". */
export async function askDiff(
  provider: Provider | undefined,
  old: ResourceState,
  urn: string,
  news: Props,
  replaceOnChanges: readonly string[] = [],
): Promise<Difference> {
  const differs = !isEqual(old.inputs, news);
  const answer = provider?.diff ? await diffOrUnknown(provider, old, urn, news) : {};
  const changes = answer.changes ?? differs;
  const replaces = [...(answer.replaces ?? [])];
  if (changes && replaceOnChanges.length > 0) {
    const changed = diffProperties(old.inputs, news).map((change) => parsePath(change.path));
    replaces.push(...replaceOnChanges.filter((pattern) => changed.some((path) => isWithin(path, parsePath(pattern)))));
  }
  return { changes, replaces, deleteBeforeReplace: answer.deleteBeforeReplace === true, stables: answer.stables ?? [] };
}

async function diffOrUnknown(provider: Provider, old: ResourceState, urn: string, news: Props) {
  try {
    return (await provider.diff?.(old.id ?? '', urn, old.outputs, news)) ?? {};
  } catch (error) {
    if (hasUnknown(news)) return { changes: true };
    throw error;
  }
}

export async function askCreate(
  provider: Provider | undefined,
  state: ResourceState,
): Promise<{ id: string; outputs: Props }> {
  if (!provider?.create) throw new ProviderError(`the provider cannot create ${state.type}`);
  const { id, outs } = await provider.create(state.urn, state.inputs);
  if (typeof id !== 'string' || id === '') throw new ProviderError('the provider made a resource without an id');
  return { id, outputs: toOutputs(outs, state.inputs, state.additionalSecretOutputs) };
}

export async function askUpdate(
  provider: Provider | undefined,
  old: ResourceState,
  state: ResourceState,
): Promise<Props> {
  if (!provider?.update) throw new ProviderError(`the provider cannot update ${state.type}`);
  const answer = await provider.update(old.id ?? '', state.urn, old.outputs, state.inputs);
  return toOutputs(answer?.outs, state.inputs, state.additionalSecretOutputs);
}

export async function askDelete(provider: Provider | undefined, state: ResourceState): Promise<void> {
  await provider?.delete?.(state.id ?? '', state.urn, state.outputs);
}

export interface Reading {
  readonly outputs: Props;
  readonly inputs: Props | undefined;
  readonly id: string;
}

/** Read a resource; null when it is not there. A provider without `read` vouches for what is known. */
export async function askRead(
  provider: Provider | undefined,
  state: { id: string; urn: string; outputs: Props; additionalSecretOutputs?: readonly string[] },
): Promise<Reading | null> {
  if (!provider?.read) return { outputs: state.outputs, inputs: undefined, id: state.id };
  const { id, props, inputs } = await provider.read(state.id, state.urn, state.outputs);
  if (!id) return null;
  const outputs = toOutputs(props, state.outputs, state.additionalSecretOutputs);
  return { id, outputs, inputs: inputs === undefined ? undefined : toProps(inputs) };
}

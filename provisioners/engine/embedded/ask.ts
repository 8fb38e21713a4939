/** The calls of a provider, with answers in the shapes that the engine works with. */
import type { DiffResult, Provider } from '@pulumi/pulumi/provider/index.js';
import type { ResourceState } from '../state/deployment.ts';
import { diffProperties } from '../wire/property-diff.ts';
import { isWithin, parsePath } from '../wire/property-path.ts';
import { hasUnknown, isEqual, markLike, type Props } from '../wire/values.ts';
import {
  InitFailedError,
  ProviderError,
  mayHalfSucceed,
  toAnswer,
  toId,
  toOutputs,
  toPaths,
  toProps,
} from './answers.ts';

export { ProviderError };

/** Thrown when a provider refuses a resource's inputs. */
export class CheckFailedError extends Error {
  override readonly name = 'CheckFailedError';
}

/** Validate and complete inputs. @throws CheckFailedError, ProviderError */
export async function askCheck(provider: Provider | undefined, urn: string, olds: Props, news: Props): Promise<Props> {
  if (!provider?.check) return news;
  const asked = { call: 'check', urn };
  const { inputs, failures } = toAnswer(asked, await provider.check(urn, olds, news));
  if (failures && failures.length > 0) {
    throw new CheckFailedError(failures.map(({ property, reason }) => `${property}: ${reason}`).join('; '));
  }
  return inputs === undefined || inputs === null ? news : (markLike(toProps(asked, inputs, true), news) as Props);
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
  const asked = { call: 'diff', urn };
  const differs = !isEqual(old.inputs, news);
  const answer = provider?.diff ? await diffOrUnknown(provider, old, urn, news) : {};
  const replaces = toPaths(asked, answer.replaces);
  const changes = answer.changes ?? (differs || replaces.length > 0);
  if (changes && replaceOnChanges.length > 0) {
    const changed = diffProperties(old.inputs, news).map((change) => parsePath(change.path));
    replaces.push(...replaceOnChanges.filter((pattern) => changed.some((path) => isWithin(path, parsePath(pattern)))));
  }
  const stables = toPaths(asked, answer.stables);
  return { changes, replaces: [...replaces], deleteBeforeReplace: answer.deleteBeforeReplace === true, stables };
}

async function diffOrUnknown(provider: Provider, old: ResourceState, urn: string, news: Props): Promise<DiffResult> {
  try {
    const answer = await provider.diff?.(old.id ?? '', urn, old.outputs, news);
    return toAnswer<DiffResult>({ call: 'diff', urn }, answer ?? {});
  } catch (error) {
    if (hasUnknown(news)) return { changes: true };
    throw error;
  }
}

/** @throws InitFailedError when it was made but did not come up */
export async function askCreate(
  provider: Provider | undefined,
  state: ResourceState,
): Promise<{ id: string; outputs: Props }> {
  const { urn, inputs, additionalSecretOutputs } = state;
  const asked = { call: 'create', urn };
  const create = provider?.create?.bind(provider);
  if (!create) throw new ProviderError(`${urn}: the provider cannot create ${state.type}`);
  const answer = await mayHalfSucceed(asked, inputs, additionalSecretOutputs, () => create(urn, inputs));
  const { id, outs } = toAnswer(asked, answer);
  return { id: toId(asked, id), outputs: toOutputs(asked, outs, inputs, additionalSecretOutputs) };
}

/** @throws InitFailedError when it was changed but did not come up */
export async function askUpdate(
  provider: Provider | undefined,
  old: ResourceState,
  state: ResourceState,
): Promise<Props> {
  const { urn, inputs, additionalSecretOutputs } = state;
  const asked = { call: 'update', urn };
  const update = provider?.update?.bind(provider);
  if (!update) throw new ProviderError(`${urn}: the provider cannot update ${state.type}`);
  const answer = await mayHalfSucceed(asked, inputs, additionalSecretOutputs, () =>
    update(old.id ?? '', urn, old.outputs, inputs),
  );
  return toOutputs(asked, toAnswer(asked, answer ?? {}).outs, inputs, additionalSecretOutputs);
}

export async function askDelete(provider: Provider | undefined, state: ResourceState): Promise<void> {
  await provider?.delete?.(state.id ?? '', state.urn, state.outputs);
}

export interface Reading {
  readonly outputs: Props;
  readonly inputs: Props | undefined;
  readonly id: string;
  /** Why it is there but not up; empty when it is. */
  readonly initErrors: readonly string[];
}

interface ToRead {
  readonly id: string;
  readonly urn: string;
  readonly outputs: Props;
  readonly additionalSecretOutputs?: readonly string[];
}

/** Read a resource; null when it is not there. A provider without `read` vouches for what is known. */
export async function askRead(provider: Provider | undefined, state: ToRead): Promise<Reading | null> {
  const { urn, outputs: known, additionalSecretOutputs } = state;
  const read = provider?.read?.bind(provider);
  if (!read) return { outputs: known, inputs: undefined, id: state.id, initErrors: [] };
  const asked = { call: 'read', urn };
  try {
    const answer = await mayHalfSucceed(asked, known, additionalSecretOutputs, () => read(state.id, urn, known));
    const { id, props, inputs } = toAnswer(asked, answer);
    if (id === undefined || id === null || id === '') return null;
    return {
      id: toId(asked, id),
      outputs: toOutputs(asked, props, known, additionalSecretOutputs),
      inputs: inputs === undefined || inputs === null ? undefined : toProps(asked, inputs),
      initErrors: [],
    };
  } catch (error) {
    if (!(error instanceof InitFailedError)) throw error;
    return { id: error.id, outputs: error.outputs, inputs: undefined, initErrors: error.reasons };
  }
}

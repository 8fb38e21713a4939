/** What providers answer is `any` by type and whatever it is in truth: here it is brought into shape, or refused in words. */
import { findImproper } from '../wire/plain.ts';
import { isObject, markLike, toSecret, withoutUndefined, type Props } from '../wire/values.ts';

/** Thrown when a provider cannot do what is asked of it, or answers with what it may not. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
}

/** Thrown when a resource was made or changed, but did not come up: it exists, and the next run is to mend it. */
export class InitFailedError extends Error {
  override readonly name = 'InitFailedError';
  readonly id: string;
  readonly outputs: Props;
  readonly reasons: readonly string[];

  constructor(urn: string, { id, outputs, reasons }: { id: string; outputs: Props; reasons: readonly string[] }) {
    super(`${urn} exists but did not come up: ${reasons.join('; ')}`);
    this.id = id;
    this.outputs = outputs;
    this.reasons = reasons;
  }
}

/** Which call of which resource an answer belongs to. */
export interface Asked {
  readonly call: string;
  readonly urn: string;
}

function refuse({ call, urn }: Asked, what: string): never {
  throw new ProviderError(`${urn}: the provider answered "${call}" with ${what}`);
}

/** A property bag of an answer. @throws ProviderError when it is none, or holds what the state cannot */
export function toProps(asked: Asked, value: unknown, allowUnknown = false): Props {
  if (!isObject(value)) return refuse(asked, value === undefined ? 'nothing' : 'properties that are no object');
  const improper = findImproper(value, allowUnknown);
  if (improper !== null) refuse(asked, improper);
  return withoutUndefined(value) as Props;
}

/** A provider's outputs, with inputs' secrets marked and the asked members marked. None at all stand for the inputs. */
export function toOutputs(asked: Asked, value: unknown, inputs: Props, secretNames: readonly string[] = []): Props {
  const outputs = markLike(toProps(asked, value ?? inputs), inputs) as Props;
  for (const name of secretNames) {
    if (name in outputs) outputs[name] = toSecret(outputs[name]);
  }
  return outputs;
}

/** An answer as such. @throws ProviderError when there is none */
export function toAnswer<T extends object>(asked: Asked, value: T | undefined | null): T {
  return isObject(value) ? value : refuse(asked, value === undefined || value === null ? 'nothing' : 'no object');
}

export function toId(asked: Asked, value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : refuse(asked, 'a resource without an id');
}

export function toPaths(asked: Asked, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((path) => typeof path === 'string')) return value;
  return refuse(asked, 'something else than a list of property paths');
}

/** What a provider throws to say that a resource exists and did not come up: an error with its id, and why. */
function isInitFailure(error: unknown): error is Error & { id: string; properties?: unknown; reasons?: unknown } {
  return error instanceof Error && typeof (error as { id?: unknown }).id === 'string' && 'reasons' in error;
}

/** Run a call that may half succeed. @throws InitFailedError in place of the provider's own error */
export async function mayHalfSucceed<T>(
  asked: Asked,
  inputs: Props,
  secretNames: readonly string[] | undefined,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isInitFailure(error) || error.id === '') throw error;
    const given = Array.isArray(error.reasons) ? error.reasons.map(String) : [];
    const reasons = given.length > 0 ? given : [error.message];
    const outputs = toOutputs(asked, error.properties, inputs, secretNames);
    throw new InitFailedError(asked.urn, { id: error.id, outputs, reasons });
  }
}

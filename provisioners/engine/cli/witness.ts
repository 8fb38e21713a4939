/** What providers were asked and answered in this run. The CLI's events tell it too, but with secrets cut out and messages wrapped. */
import { diffProperties } from '../wire/property-diff.ts';
import type { PropertyChange } from '../port.ts';
import { maskProps, type Props } from '../wire/values.ts';

export interface Compared {
  readonly before: Props;
  readonly after: Props;
  /** Paths that force a replacement. */
  readonly replaces: readonly string[];
}

export interface Witness {
  checked(urn: string, inputs: Props): void;
  compared(urn: string, compared: Compared): void;
  made(outputs: Props): void;
  failed(urn: string, message: string): void;
}

/** The witness, as the report asks it. */
export interface Testimony extends Witness {
  /** Masked inputs; undefined when no provider of this process checked them. */
  inputs(urn: string): Props | undefined;
  /** @param replaces further paths that the CLI says force a replacement */
  changes(urn: string, replaces: readonly string[]): PropertyChange[] | undefined;
  failure(urn: string): string | undefined;
}

/** @param hide learns every value, so that no message tells its secrets */
export function createTestimony(hide: (value: unknown) => void): Testimony {
  const inputs = new Map<string, Props>();
  const comparisons = new Map<string, Compared>();
  const failures = new Map<string, string>();
  return {
    checked(urn, checked) {
      hide(checked);
      inputs.set(urn, maskProps(checked));
    },
    compared: (urn, compared) => void comparisons.set(urn, compared),
    made: hide,
    failed: (urn, message) => void failures.set(urn, message),
    inputs: (urn) => inputs.get(urn),
    changes(urn, replaces) {
      const compared = comparisons.get(urn);
      return compared && diffProperties(compared.before, compared.after, [...compared.replaces, ...replaces]);
    },
    failure: (urn) => failures.get(urn),
  };
}

/** One registration of a custom resource on its way: what it was, what it is to be, and who makes it. */
import type { Provider } from '@pulumi/pulumi/provider/index.js';
import { RESOURCE_FIELDS, isBlank, type ResourceState } from '../state/deployment.ts';
import { isEqual, type Props } from '../wire/values.ts';
import type { Registered, Registration } from './registration.ts';

export interface Task {
  readonly urn: string;
  readonly registration: Registration;
  /** As checked, with ignored changes undone. */
  readonly inputs: Props;
  readonly provider: Provider | undefined;
  /** Empty for providers. */
  readonly providerReference: string;
  readonly old: ResourceState | undefined;
}

function sortedDependencies(dependencies: Registration['propertyDependencies']): Record<string, readonly string[]> {
  const entries = Object.entries(dependencies).map(([key, urns]) => [key, [...urns].sort()] as const);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The state of a resource as registered: no id, no outputs, no times. */
export function plannedState(urn: string, registration: Registration, inputs: Props, provider: string): ResourceState {
  const { type, custom, parent, dependencies, importId, options } = registration;
  const propertyDependencies = sortedDependencies(registration.propertyDependencies);
  return {
    urn,
    custom,
    type,
    inputs,
    outputs: {},
    ...(parent === '' ? {} : { parent }),
    dependencies: [...new Set(dependencies)].sort(),
    ...(Object.keys(propertyDependencies).length === 0 ? {} : { propertyDependencies }),
    ...(provider === '' ? {} : { provider }),
    ...(importId === '' ? {} : { importID: importId }),
    ...options,
  };
}

/** True when two versions would be stored alike, times aside: then the old one stays, and nothing is written. */
export function isSameRecord(left: ResourceState, right: ResourceState): boolean {
  return RESOURCE_FIELDS.every((field) => {
    if (field === 'created' || field === 'modified') return true;
    return (isBlank(left[field]) && isBlank(right[field])) || isEqual(left[field], right[field]);
  });
}

export function toRegistered(state: ResourceState): Registered {
  return { urn: state.urn, id: state.id ?? '', outputs: state.custom ? state.outputs : {}, unknown: false };
}

export function toUnknown(urn: string): Registered {
  return { urn, id: '', outputs: {}, unknown: true };
}

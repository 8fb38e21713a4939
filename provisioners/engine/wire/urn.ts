export const STACK_TYPE = 'pulumi:pulumi:Stack';
export const PROVIDER_PREFIX = 'pulumi:providers:';

export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
}

/** The type with the types of its parents before it, as a URN holds it: `a:b:C$d:e:F`. */
function qualifiedType(urn: string): string {
  return urn.split('::')[2] ?? '';
}

/** The type of the resource that a URN names. */
export function urnType(urn: string): string {
  return qualifiedType(urn).split('$').at(-1) ?? '';
}

/** The name of the resource that a URN names; it may itself hold `::`. */
export function urnName(urn: string): string {
  return urn.split('::').slice(3).join('::');
}

/** Compose a URN. The stack itself does not show in the qualified type of its children. */
export function makeUrn({ stack, project, type, name, parent }: UrnParts): string {
  const above = parent !== '' && urnType(parent) !== STACK_TYPE ? `${qualifiedType(parent)}$` : '';
  return `urn:pulumi:${stack}::${project}::${above}${type}::${name}`;
}

/** A provider reference is the provider's URN and id in one string. */
export function splitReference(reference: string): { urn: string; id: string } {
  const at = reference.lastIndexOf('::');
  return { urn: reference.slice(0, at), id: reference.slice(at + 2) };
}

export function joinReference(urn: string, id: string): string {
  return `${urn}::${id}`;
}

export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_PREFIX);
}

/** Providers that Pulumi makes by itself when a resource names none. They have no parent and no place in a plan. */
export function isDefaultProvider(state: { type: string; urn: string }): boolean {
  return isProviderType(state.type) && /^default(_|$)/.test(urnName(state.urn));
}

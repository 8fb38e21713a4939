import { makeUrn } from '../wire/urn.ts';
import type { Alias } from './registration.ts';

/** Remembers the former URNs of each resource, because those of a parent pass on to its children. */
export interface AliasBook {
  /** Former URNs of a resource, likeliest first. */
  record(
    urn: string,
    registration: { type: string; name: string; parent: string; aliases: readonly Alias[] },
  ): readonly string[];
}

export function createAliasBook(stackName: { stack: string; project: string }): AliasBook {
  const known = new Map<string, readonly string[]>();
  const withFormer = (urn: string) => [urn, ...(known.get(urn) ?? [])];

  return {
    record(urn, { type, name, parent, aliases }) {
      const found = new Set<string>();
      for (const alias of aliases) {
        if (typeof alias === 'string') {
          found.add(alias);
          continue;
        }
        const parents = alias.noParent ? [''] : withFormer(alias.parent || parent);
        for (const at of parents) {
          const { stack, project } = stackName;
          found.add(
            makeUrn({
              stack: alias.stack || stack,
              project: alias.project || project,
              type: alias.type || type,
              name: alias.name || name,
              parent: at,
            }),
          );
        }
      }
      for (const former of known.get(parent) ?? []) found.add(makeUrn({ ...stackName, type, name, parent: former }));
      found.delete(urn);
      const urns = [...found];
      known.set(urn, urns);
      return urns;
    },
  };
}

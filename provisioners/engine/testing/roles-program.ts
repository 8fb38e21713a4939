import type { PulumiProgram } from '../port.ts';
import { Role } from './sample-resources.ts';

/** Real roles, each made after the one before it. */
export function rolesProgram(names: readonly string[]): PulumiProgram {
  return async () => {
    let last: Role | undefined;
    for (const name of names) last = new Role(name, { name, ...(last ? { after: last.made } : {}) });
  };
}

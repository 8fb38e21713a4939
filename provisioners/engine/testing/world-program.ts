/** A program of twenty resources in two versions: between them, every kind of step happens. */
import * as pulumi from '@pulumi/pulumi';
import type { PulumiProgram } from '../port.ts';

export type WorldVersion = 'first' | 'second';

type Inputs = Record<string, pulumi.Input<unknown>>;

class Made extends pulumi.CustomResource {
  declare readonly key: pulumi.Output<string>;
  declare readonly made: pulumi.Output<string>;

  constructor(kind: 'Thing' | 'Unique', name: string, inputs: Inputs, after: pulumi.Resource | undefined) {
    super(`world:index:${kind}`, name, { made: undefined, ...inputs }, after ? { dependsOn: [after] } : {});
  }
}

/** Registers resources either one after another, so that each write of the state has its place, or side by side. */
function createChain(serial: boolean) {
  let last: Made | undefined;
  return (kind: 'Thing' | 'Unique', name: string, inputs: Inputs): Made => {
    const made = new Made(kind, name, inputs, serial ? last : undefined);
    last = made;
    return made;
  };
}

const times = (count: number) => Array.from({ length: count }, (_none, i) => i);

/** Twenty resources; the second version replaces seven of them in both ways, updates five, adds four and drops four. */
export function worldProgram(version: WorldVersion, serial: boolean): PulumiProgram {
  return async () => {
    const add = createChain(serial);
    const second = version === 'second';
    const key = second ? 'two' : 'one';
    for (const i of times(3)) {
      const replaced = add('Thing', `replaced${i}`, { key });
      add('Thing', `follower${i}`, { key: 'kept', of: replaced.made });
    }
    for (const i of times(2)) add('Unique', `unique${i}`, { key });
    const cascading = add('Unique', 'cascading', { key });
    add('Unique', 'fallen', { key: cascading.key });
    for (const i of times(2)) add('Thing', `updated${i}`, { key: 'kept', size: second ? 2 : 1 });
    for (const i of times(4)) add('Thing', `kept${i}`, { key: 'kept' });
    for (const i of times(4)) add('Thing', `${second ? 'new' : 'gone'}${i}`, { key: 'kept' });
    return { version };
  };
}

/** A program with one of everything that both engines have to agree on, and variations of it. */
import * as pulumi from '@pulumi/pulumi';
import type { PulumiProgram } from '../../port.ts';
import { Password, Role, SampleProviderResource, Thing, Unique } from '../../testing/sample-resources.ts';

class Pair extends pulumi.ComponentResource {
  readonly made: pulumi.Output<string>;

  constructor(name: string, inputs: Record<string, pulumi.Input<unknown>>, options?: pulumi.ComponentResourceOptions) {
    super('demo:index:Pair', name, {}, options);
    const left = new Thing(`${name}-left`, inputs, { parent: this });
    this.made = new Thing(`${name}-right`, { after: left.made }, { parent: this, dependsOn: [left] }).made;
    this.registerOutputs({ made: this.made });
  }
}

export interface Variation {
  readonly size?: number;
  readonly key?: string;
  readonly secret?: string;
  readonly role?: string;
  readonly region?: string;
  readonly protect?: boolean;
  readonly without?: 'pair' | 'unique';
  /** A resource that the provider refuses. */
  readonly fails?: boolean;
}

/** Components, an explicit provider, secrets, lists, a real role, replacements of both kinds, outputs. */
export function everything({
  size = 1,
  key = 'one',
  secret = 'canary-of-the-program',
  role,
  region = 'north',
  protect = false,
  without,
  fails = false,
}: Variation = {}): PulumiProgram {
  return async () => {
    const provider = new SampleProviderResource('explicit', { region, token: pulumi.secret('canary-of-the-provider') });
    const plain = new Thing('plain', { size, spec: { list: [1, { deep: 'ü' }], nothing: null } }, { protect });
    const sealed = new Thing('sealed', { note: pulumi.secret(secret), after: plain.made }, { provider });
    const password = new Password('password', { bytes: 24 });
    const keyed = new Thing('keyed', { key, size });
    new Thing('dependent', { of: keyed.key, after: keyed.made, spec: { of: keyed.made } }, { dependsOn: [sealed] });
    new Thing('careful', { size, note: 'x' }, { ignoreChanges: ['note'], additionalSecretOutputs: ['made'] });
    if (role !== undefined) new Role('role', { name: role });
    if (without !== 'unique') new Unique('unique', { key });
    const pair = without === 'pair' ? undefined : new Pair('pair', { size });
    if (fails) new Thing('failing', { fail: true, after: plain.made });
    return { made: pair?.made ?? 'none', password: password.result, region: sealed.region };
  };
}

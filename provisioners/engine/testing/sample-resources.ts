/** Resource classes of the sample package, as a program uses them. */
import * as pulumi from '@pulumi/pulumi';
import { SAMPLE_VERSION } from './sample-package.ts';

type Inputs = Record<string, pulumi.Input<unknown>>;
type Options = pulumi.CustomResourceOptions;

function withVersion(options: Options | undefined): Options {
  return pulumi.mergeOptions({ version: SAMPLE_VERSION }, options);
}

/** Changing `key` replaces it; everything else is updated. */
export class Thing extends pulumi.CustomResource {
  declare readonly key: pulumi.Output<string>;
  declare readonly made: pulumi.Output<string>;
  /** The region that its provider is configured for. */
  declare readonly region: pulumi.Output<string | null>;

  constructor(name: string, inputs: Inputs = {}, options?: Options) {
    super(
      'sample:index:Thing',
      name,
      { made: undefined, region: undefined, key: name, ...inputs },
      withVersion(options),
    );
  }
}

/** Cannot exist twice: it is deleted before it is replaced. */
export class Unique extends pulumi.CustomResource {
  declare readonly key: pulumi.Output<string>;
  declare readonly made: pulumi.Output<string>;

  constructor(name: string, inputs: Inputs = {}, options?: Options) {
    super('sample:index:Unique', name, { made: undefined, key: name, ...inputs }, withVersion(options));
  }
}

/** A secret made by the provider. */
export class Password extends pulumi.CustomResource {
  declare readonly result: pulumi.Output<string>;

  constructor(name: string, inputs: { bytes: pulumi.Input<number> }, options?: Options) {
    super('sample:index:Password', name, { result: undefined, ...inputs }, withVersion(options));
  }
}

/** A real role of PostgreSQL. */
export class Role extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly made: pulumi.Output<string>;

  constructor(name: string, inputs: Inputs, options?: Options) {
    super('sample:index:Role', name, { made: undefined, ...inputs }, withVersion(options));
  }
}

/** A real database of PostgreSQL. */
export class Database extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;

  constructor(name: string, inputs: Inputs, options?: Options) {
    super('sample:index:Database', name, { made: undefined, ...inputs }, withVersion(options));
  }
}

/** An explicitly configured provider. */
export class SampleProviderResource extends pulumi.ProviderResource {
  constructor(name: string, config: Inputs, options?: pulumi.ResourceOptions) {
    super('sample', name, config, options);
  }
}

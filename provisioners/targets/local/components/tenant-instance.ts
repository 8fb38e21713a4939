/** A server of the tenant's own, for the databases whose side is the record. What is in it goes with it. */
import * as pulumi from '@pulumi/pulumi';
import { Instance, type InstanceArgs } from '../resources.ts';

export class TenantInstance extends pulumi.ComponentResource {
  readonly instance: Instance;
  /** Known when the server takes connections. */
  readonly instanceName: pulumi.Output<string>;

  /** @param labels for those who look through what there is: whose it is, and where it must stay */
  constructor(
    name: string,
    args: InstanceArgs,
    labels: Readonly<Record<string, string>>,
    options: pulumi.ComponentResourceOptions = {},
  ) {
    super('industry:local:TenantInstance', name, { labels }, options);
    this.instance = new Instance(`${name}-server`, args, { parent: this });
    this.instanceName = this.instance.name;
    this.registerOutputs({ instanceName: this.instanceName, labels });
  }
}

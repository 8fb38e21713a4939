/** A server of the tenant's own, for the databases whose side is the record. What is in it goes with it. */
import * as pulumi from '@pulumi/pulumi';
import { Instance, type InstanceArgs } from '../resources.ts';

export class TenantInstance extends pulumi.ComponentResource {
  readonly instance: Instance;
  /** Known when the server takes connections. */
  readonly instanceName: pulumi.Output<string>;

  constructor(name: string, args: InstanceArgs, options: pulumi.ComponentResourceOptions = {}) {
    super('industry:local:TenantInstance', name, {}, options);
    this.instance = new Instance(`${name}-server`, args, { parent: this });
    this.instanceName = this.instance.name;
    this.registerOutputs({ instanceName: this.instanceName });
  }
}

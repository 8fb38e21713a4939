/** A step failed, with the resources that refused. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly resources: readonly { readonly urn: string; readonly message: string }[];
  constructor(message: string, resources: readonly { readonly urn: string; readonly message: string }[] = []) {
    super(message);
    this.resources = resources;
  }
}

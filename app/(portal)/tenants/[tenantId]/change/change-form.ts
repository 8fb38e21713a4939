/** What the form of a change holds, and the wish it makes. Pure. */
import { problemOf, propertiesOf } from '@/app/(catalogue)/catalogue/[slug]/configure/form-state.ts';
import { sameShape, type Wish } from '@/server/domain/change.ts';
import type { DeploymentModel, Manifest, PlanCode } from '@/server/domain/manifest.ts';

export interface ChangeForm {
  readonly model: DeploymentModel;
  readonly plan: PlanCode;
  readonly modules: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

/** The wish to send; null while nothing is otherwise than now, or a field is not right. */
export function toWish(form: ChangeForm, now: ChangeForm, manifest: Manifest): Wish | null {
  const properties = propertiesOf(manifest.parameters.schema);
  if (Object.entries(properties).some(([name, schema]) => problemOf(schema, form.params[name]) !== null)) return null;
  const [wish, before] = [form, now].map(({ model, plan, modules, params }) => {
    return { model, plan, modules: [...modules], params: { ...params } };
  }) as [Wish, Wish];
  return sameShape(wish, before) ? null : wish;
}

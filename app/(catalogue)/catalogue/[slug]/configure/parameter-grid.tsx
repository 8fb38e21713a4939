import type { DeploymentModel, JsonSchema, ParameterSpec } from '@/server/domain/manifest.ts';
import { propertiesOf } from './form-state.ts';
import { ParameterField } from './parameter-field.tsx';

type Params = Readonly<Record<string, unknown>>;

export interface ParameterGridProps {
  readonly fields: readonly ParameterSpec[];
  readonly schema: JsonSchema;
  readonly model: DeploymentModel;
  readonly params: Params;
  /** What the server said of single parameters, by name. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (params: Params) => void;
}

/** The parameters that mean something for a deployment model; the others keep their values, and are not shown. */
export function ParameterGrid({ fields, schema, model, params, errors, onChange }: ParameterGridProps) {
  const properties = propertiesOf(schema);
  return (
    <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
      {fields.map((spec) => {
        const property = properties[spec.name];
        if (property === undefined || spec.models?.includes(model) === false) return null;
        return (
          <ParameterField
            key={spec.name}
            spec={spec}
            schema={property}
            value={params[spec.name]}
            serverError={errors[spec.name] ?? null}
            onChange={(value) => onChange({ ...params, [spec.name]: value })}
          />
        );
      })}
    </div>
  );
}

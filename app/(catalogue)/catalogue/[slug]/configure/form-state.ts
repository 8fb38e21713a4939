/** What the configure form holds, and when it is whole. Pure. */
import { Configuration, type Currency, type TermMonths, type Volume } from '@/server/domain/configuration.ts';
import { TenantName } from '@/server/domain/ids.ts';
import type { DeploymentModel, JsonSchema, Manifest, PlanCode } from '@/server/domain/manifest.ts';

export interface FormState {
  readonly name: string;
  readonly model: DeploymentModel;
  readonly plan: PlanCode;
  readonly modules: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly currency: Currency;
  readonly termMonths: TermMonths;
  readonly volume: Volume | null;
}

export interface ParameterSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: ParameterSchema;
  readonly default?: unknown;
}

export const propertiesOf = (schema: JsonSchema): Readonly<Record<string, ParameterSchema>> =>
  (schema['properties'] ?? {}) as Readonly<Record<string, ParameterSchema>>;

/** The form of a fresh configuration: first open model, smallest plan for it, defaults of the schema. */
export function initialForm(manifest: Manifest): FormState {
  const model = manifest.models.find((one) => one.available)?.model ?? 'public';
  const plan = manifest.plans.find((one) => one.orderable && one.models.includes(model))?.code ?? 'S';
  const params = Object.fromEntries(
    Object.entries(propertiesOf(manifest.parameters.schema)).map(([name, property]) => [name, property.default]),
  );
  const { sizing } = manifest;
  const volume = sizing && {
    transactionsPerDay: sizing.transactionsPerDayDefault,
    peakFactor: 3,
    keepDays: sizing.keepDaysDefault,
  };
  return { name: '', model, plan, modules: [], params, currency: 'CNY', termMonths: 1, volume };
}

export type ParameterProblem =
  | { readonly kind: 'empty' }
  | { readonly kind: 'range'; readonly min: number; readonly max: number }
  | { readonly kind: 'pattern' }
  | { readonly kind: 'count'; readonly min: number; readonly max: number };

/** What is wrong with one value, as far as the schema says; the server decides. */
export function problemOf(schema: ParameterSchema, value: unknown): ParameterProblem | null {
  if (value === undefined || value === null || value === '') return { kind: 'empty' };
  if (typeof value === 'number') {
    const [min, max] = [schema.minimum ?? -Infinity, schema.maximum ?? Infinity];
    return value < min || value > max ? { kind: 'range', min, max } : null;
  }
  if (Array.isArray(value)) {
    const [min, max] = [schema.minItems ?? 0, schema.maxItems ?? Infinity];
    return value.length < min || value.length > max ? { kind: 'count', min, max } : null;
  }
  return typeof value === 'string' && schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)
    ? { kind: 'pattern' }
    : null;
}

export const isNameValid = (name: string): boolean => TenantName.safeParse(name).success;

/** The configuration to send, or null while something is missing. */
export function toConfiguration(form: FormState, manifest: Manifest): Configuration | null {
  const properties = propertiesOf(manifest.parameters.schema);
  if (Object.entries(properties).some(([name, schema]) => problemOf(schema, form.params[name]) !== null)) return null;
  const parsed = Configuration.safeParse({
    ...form,
    offering: manifest.slug,
    modules: [...form.modules],
    params: { ...form.params },
  });
  return parsed.success ? parsed.data : null;
}

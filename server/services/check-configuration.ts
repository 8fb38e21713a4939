/** Whether a configuration may be ordered of an offering version: the first thing that stands against it, as a fault. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import type { Configuration } from '../domain/configuration.ts';
import type {
  DeploymentModel,
  JsonSchema,
  Manifest,
  ModuleSpec,
  OfferingLifecycle,
  PlanSpec,
} from '../domain/manifest.ts';
import { isOrderable } from './catalogue.ts';
import { refuse } from './support.ts';

// A CommonJS package whose default export is the namespace under Node and the function under a bundler.
const addFormats = (
  typeof addFormatsModule === 'function' ? addFormatsModule : Reflect.get(addFormatsModule, 'default')
) as (ajv: Ajv2020) => Ajv2020;

export interface Chosen {
  readonly plan: PlanSpec;
  readonly modules: readonly ModuleSpec[];
  /** With the schema's defaults filled in. */
  readonly params: Record<string, unknown>;
}

/** @throws DomainError naming what is wrong; nothing is written before this passes */
export function checkConfiguration(
  manifest: Manifest,
  lifecycle: OfferingLifecycle,
  configuration: Configuration,
): Chosen {
  if (!isOrderable(lifecycle)) refuse({ code: 'offering_not_orderable', offering: manifest.slug, lifecycle });
  const model = manifest.models.find((row) => row.model === configuration.model);
  if (!model?.available) refuse({ code: 'model_not_available', model: configuration.model });
  const plan = manifest.plans.find(({ code }) => code === configuration.plan);
  if (!plan?.orderable || !plan.models.includes(configuration.model)) {
    return refuse({ code: 'plan_not_for_model', plan: configuration.plan, model: configuration.model });
  }
  const modules = [...new Set(configuration.modules)].map((code) => {
    const module = manifest.modules.find((row) => row.code === code);
    return module?.selectable ? module : refuse({ code: 'module_not_selectable', module: code });
  });
  return { plan, modules, params: checkParams(manifest.parameters.schema, configuration.params) };
}

/** The same of a change: what the tenant has already is not asked for anew, so an offering that closed still lets its tenants change.
 * @throws DomainError naming what is wrong */
export function checkChange(
  manifest: Manifest,
  wish: Pick<Configuration, 'plan' | 'modules' | 'params' | 'model'>,
  before: Pick<Configuration, 'plan' | 'modules'> & { readonly model?: DeploymentModel | undefined },
): Chosen {
  const plan = manifest.plans.find(({ code }) => code === wish.plan);
  const kept = plan !== undefined && plan.code === before.plan && wish.model === before.model;
  const model = manifest.models.find((row) => row.model === wish.model);
  if (wish.model !== before.model && !model?.available) refuse({ code: 'model_not_available', model: wish.model });
  if (!plan || !(kept || (plan.orderable && plan.models.includes(wish.model)))) {
    return refuse({ code: 'plan_not_for_model', plan: wish.plan, model: wish.model });
  }
  const modules = [...new Set(wish.modules)].map((code) => {
    const module = manifest.modules.find((row) => row.code === code);
    const has = before.modules.includes(code);
    return module && (module.selectable || has) ? module : refuse({ code: 'module_not_selectable', module: code });
  });
  return { plan, modules, params: checkParams(manifest.parameters.schema, wish.params) };
}

/** Schemas come from published manifests, few and immutable; a compiled one is kept by its text. */
const compiled = new Map<string, ReturnType<Ajv2020['compile']>>();

function checkParams(schema: JsonSchema, params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = JSON.stringify(schema);
  const validate =
    compiled.get(text) ??
    addFormats(new Ajv2020({ allErrors: true, useDefaults: true, strict: false })).compile(schema);
  compiled.set(text, validate);
  const filled = structuredClone(params) as Record<string, unknown>;
  if (!validate(filled)) refuse({ code: 'params_invalid', issues: (validate.errors ?? []).slice(0, 20).map(describe) });
  return filled;
}

function describe(error: ErrorObject): { path: string; message: string } {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  const extra: unknown = Reflect.get(error.params, 'additionalProperty');
  const name = typeof extra === 'string' ? [path, extra].filter((part) => part !== '').join('.') : path;
  return { path: name, message: error.message ?? 'is not valid' };
}

/**
 * What every offering must satisfy, whichever it is. `conformanceProblems` returns sentences; a test runs it over all that are discovered,
 * and the worker may run it before it publishes.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { CURRENCIES } from '../../server/domain/configuration.ts';
import { Manifest, type ApiDescription } from '../../server/domain/manifest.ts';
import { LOCALES } from '../../server/domain/text.ts';
import { bindingProblems } from './binding-conformance.ts';
import { pictureProblems } from './picture-conformance.ts';
import { EDGE_MODULE, toManifest, type Component, type OfferingDefinition } from './offering.ts';

/** Problems of an offering, each in a sentence; none when it conforms. */
export function conformanceProblems(offering: OfferingDefinition): readonly string[] {
  const parsed = Manifest.safeParse(toManifest(offering));
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `manifest ${path.join('.')}: ${message}`);
  }
  const manifest = parsed.data;
  return [
    ...textProblems(manifest, ''),
    ...priceProblems(offering, manifest),
    ...planProblems(manifest),
    ...moduleProblems(manifest),
    ...parameterProblems(offering, manifest),
    ...stateMachineProblems(manifest),
    ...(manifest.api === null ? [] : [...apiProblems(manifest.api, manifest), ...bindingProblems(manifest.api)]),
    ...(manifest.edgeApi === undefined
      ? []
      : [...apiProblems(manifest.edgeApi, { ...manifest, tryIt: [] }), ...bindingProblems(manifest.edgeApi)]),
    ...pictureProblems(manifest),
    ...orderabilityProblems(offering, manifest),
  ];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every text in every language; and no text left in English. */
function textProblems(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => textProblems(item, `${path}[${index}]`));
  if (!isRecord(value)) return [];
  if (LOCALES.every((locale) => typeof value[locale] === 'string') && Object.keys(value).length === LOCALES.length) {
    const empty = LOCALES.filter((locale) => String(value[locale]).trim() === '');
    return empty.map((locale) => `${path} has no words in ${locale}`);
  }
  return Object.entries(value).flatMap(([key, inner]) => textProblems(inner, path === '' ? key : `${path}.${key}`));
}

function priceProblems(offering: OfferingDefinition, manifest: Manifest): string[] {
  const needed = [
    ...manifest.plans.filter(({ orderable }) => orderable).map(({ sku }) => sku),
    ...manifest.modules.map(({ sku }) => sku),
  ];
  const listed = new Map(offering.prices.map((price) => [price.sku, price]));
  const unlisted = needed.filter((sku) => !listed.has(sku)).map((sku) => `${sku} has no price`);
  const unknown = [...listed.keys()]
    .filter((sku) => !needed.includes(sku))
    .map((sku) => `${sku} is priced but not sold`);
  const malformed = offering.prices.flatMap(({ sku, month }) =>
    CURRENCIES.filter((currency) => !/^\d+\.\d{2}$/.test(month[currency] ?? '')).map(
      (currency) => `${sku} has no ${currency} price in major units with two decimals`,
    ),
  );
  return [
    ...unlisted,
    ...unknown,
    ...malformed,
    ...duplicates(
      offering.prices.map(({ sku }) => sku),
      'price of',
    ),
  ];
}

function planProblems({ plans, models, modules }: Manifest): string[] {
  const offered = models.map(({ model }) => model);
  return [
    ...duplicates(
      plans.map(({ code }) => code),
      'plan',
    ),
    ...plans.flatMap(({ code, models: of }) =>
      of
        .filter((model) => !offered.includes(model))
        .map((model) => `plan ${code} is for ${model}, which is not offered`),
    ),
    ...plans
      .filter(
        ({ code, modulesIncluded }) => modules.filter((m) => m.includedIn.includes(code)).length !== modulesIncluded,
      )
      .map(({ code }) => `plan ${code} counts its included modules wrongly`),
    ...plans
      .filter(({ quotas }) => quotas.burst < quotas.rps)
      .map(({ code }) => `plan ${code} has a burst below its sustained rate`),
    ...models
      .filter(({ available, notYet }) => available === (notYet !== null))
      .map(({ model }) => `model ${model} is available or says why not, never both`),
  ];
}

function moduleProblems({ modules, api, edgeApi }: Manifest): string[] {
  const brought = [...(api?.functions ?? []), ...(api?.views ?? [])].flatMap(({ module }) => module ?? []);
  const codes = modules.map(({ code }) => code);
  const known = edgeApi === undefined ? codes : [...codes, EDGE_MODULE];
  return [
    ...duplicates(codes, 'module'),
    ...modules
      .filter(({ selectable, notYet }) => selectable === (notYet !== null))
      .map(({ code }) => `module ${code} is selectable or says why not, never both`),
    ...[...new Set(brought)].filter((code) => !known.includes(code)).map((code) => `the API names a module ${code}`),
  ];
}

/** An empty configuration must be a valid one: every parameter has a default, a label and help. */
function parameterProblems(offering: OfferingDefinition, { parameters }: Manifest): string[] {
  const properties = isRecord(parameters.schema['properties']) ? parameters.schema['properties'] : {};
  const described = parameters.fields.map(({ name }) => name);
  const bare = Object.entries(properties).filter(([, schema]) => !isRecord(schema) || schema['default'] === undefined);
  return [
    ...bare.map(([name]) => `parameter ${name} has no default`),
    ...Object.keys(properties)
      .filter((name) => !described.includes(name))
      .map((name) => `parameter ${name} has no label`),
    ...described.filter((name) => !(name in properties)).map((name) => `field ${name} is no parameter`),
    ...duplicates(described, 'field'),
    ...(offering.params.safeParse({}).success ? [] : ['an empty configuration does not parse']),
  ];
}

function stateMachineProblems({ stateMachine }: Manifest): string[] {
  if (stateMachine === null) return [];
  const states = new Map(stateMachine.states.map((state) => [state.code, state]));
  return stateMachine.transitions.flatMap(({ from, to }) => [
    ...(states.has(from) && states.has(to) ? [] : [`transition ${from} → ${to} names an unknown state`]),
    ...(states.get(from)?.terminal === true ? [`terminal state ${from} has a way out`] : []),
  ]);
}

function apiProblems(api: ApiDescription, { tryIt }: Manifest): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const known = [...api.functions, ...api.views].map(({ name }) => name);
  return [
    ...duplicates(known, 'function or view'),
    ...api.functions.flatMap(({ name, body, example, errors }) => {
      const validate = ajv.compile(body);
      return [
        ...(validate(example) ? [] : [`example of ${name}: ${ajv.errorsText(validate.errors)}`]),
        ...errors.filter((code) => !(code in api.errors)).map((code) => `${name} names an undeclared error ${code}`),
        ...duplicates(errors, `error of ${name}:`),
      ];
    }),
    ...api.views.flatMap(({ name, key, columns }) =>
      key.filter((column) => !(column in columns)).map((column) => `key column ${column} of ${name} is not described`),
    ),
    ...tryIt
      .filter(({ name }) => !known.includes(name))
      .map(({ name }) => `Try it calls ${name}, which is not in the API`),
    ...['invariants', 'kpis'].filter((view) => !known.includes(view)).map((view) => `the API has no view ${view}`),
  ];
}

/** What can be ordered can be built: a database and an API over it for each plan and model, a pack, a proof. */
function orderabilityProblems(offering: OfferingDefinition, manifest: Manifest): string[] {
  const { blueprint, pack } = offering;
  const available = manifest.models.filter((model) => model.available).map(({ model }) => model);
  if (manifest.lifecycle !== 'ga') {
    return available.length > 0 && blueprint === null ? ['a model is available, but there is no blueprint'] : [];
  }
  if (blueprint === null || pack === null || manifest.api === null)
    return ['it is orderable without blueprint, pack or API'];
  const params = offering.params.parse({});
  const built = manifest.plans
    .filter(({ orderable }) => orderable)
    .flatMap((plan) =>
      available
        .filter((model) => plan.models.includes(model))
        .flatMap((model) =>
          componentProblems(blueprint({ params, plan, model, modules: [] })).map(
            (it) => `${plan.code} ${model}: ${it}`,
          ),
        ),
    );
  const callable = {
    record: manifest.api.functions.map(({ name }) => name),
    edge: (manifest.edgeApi?.functions ?? []).map(({ name }) => name),
  };
  const chores = (offering.housekeeping ?? [])
    .filter((chore) => !callable[chore.side ?? 'record'].includes(chore.function))
    .map((chore) => `housekeeping calls ${chore.function}, which is not in the API`);
  return [...(offering.smoke.length === 0 ? ['it is orderable without a proof'] : []), ...chores, ...built];
}

/** What roles of a tenant are named after already. */
const ROLE_PARTS: readonly string[] = ['owner', 'api', 'bi', 'edge', 'dmz', 'move'];

function componentProblems(components: readonly Component[]): string[] {
  const databases = components.filter(({ kind }) => kind === 'database').map(({ name }) => name);
  const apis = components.filter((component) => component.kind === 'api');
  return [
    ...(databases.length === 0 ? ['no database'] : []),
    ...(apis.length === 0 ? ['no API'] : []),
    ...duplicates(
      components.map(({ name }) => name),
      'component',
    ),
    ...apis
      .filter(({ of }) => !databases.includes(of))
      .map(({ name, of }) => `API ${name} is of ${of}, which is not there`),
    ...components
      .filter((component) => component.kind === 'workload')
      .flatMap(({ name, of }) => [
        ...(databases.includes(of) ? [] : [`workload ${name} is of ${of}, which is not there`]),
        ...(/^[a-z]{1,20}$/.test(name) && !ROLE_PARTS.includes(name)
          ? []
          : [`workload ${name} has a name that is taken, or that no schema can have`]),
      ]),
    ...components
      .filter((component) => component.kind === 'link')
      .flatMap(({ name, from, to }) =>
        [from, to]
          .filter((end) => !databases.includes(end))
          .map((end) => `link ${name} ends in ${end}, which is not there`),
      ),
  ];
}

function duplicates(names: readonly string[], what: string): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `${what} ${name} is there twice`,
  );
}

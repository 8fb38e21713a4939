/** What a manifest's pictures must satisfy: everything that they name exists, and has a part to play. */
import type { ApiDescription, Manifest } from '../../server/domain/manifest.ts';
import { columnsOf, type Picture, type PictureInput } from '../../server/domain/picture.ts';

/** Problems of the pictures, each in a sentence. */
export function pictureProblems(manifest: Manifest): string[] {
  const pictures = manifest.pictures ?? [];
  const names = pictures.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return [
    ...twice.map((name) => `picture ${name} is there twice`),
    ...pictures.flatMap((picture) =>
      problemsOf(picture, manifest).map((problem) => `picture ${picture.name} ${problem}`),
    ),
  ];
}

function problemsOf(picture: Picture, { api, modules, stateMachine }: Manifest): string[] {
  if (api === null) return ['has no API to read'];
  return [
    ...(picture.module === null || modules.some(({ code }) => code === picture.module)
      ? []
      : [`is of a module ${picture.module}, which is not sold`]),
    ...rowProblems(picture, api),
    ...picture.inputs.flatMap((input) => choiceProblems(input, api)),
    ...(picture.kind === 'series' && picture.by !== null && picture.measures.length > 1
      ? ['has a line per value and more than one measure']
      : []),
    ...(picture.kind === 'states' ? machineProblems(picture.machine ?? stateMachine) : []),
  ];
}

function rowProblems(picture: Picture, api: ApiDescription): string[] {
  const { rows, inputs } = picture;
  if (rows.kind === 'function') {
    const fn = api.functions.find(({ name }) => name === rows.name);
    if (fn === undefined) return [`calls ${rows.name}, which is not in the API`];
    const body = JSON.stringify(rows.body);
    const given = inputs.map(({ name }) => name);
    const wanted = Array.from(body.matchAll(/\{\{(\w+)\}\}/g), ([, name]) => name ?? '');
    return [
      ...(fn.writes ? [`calls ${rows.name}, which writes`] : []),
      ...(fn.module !== null && fn.module !== picture.module
        ? [`calls ${rows.name}, which module ${fn.module} brings`]
        : []),
      ...wanted.filter((name) => !given.includes(name)).map((name) => `has no input ${name}`),
      ...given.filter((name) => !wanted.includes(name)).map((name) => `does nothing with its input ${name}`),
    ];
  }
  const view = api.views.find(({ name }) => name === rows.name);
  if (view === undefined) return [`reads ${rows.name}, which is not in the API`];
  const named = [...columnsOf(picture), ...Object.keys(rows.where), ...inputs.map(({ name }) => name)];
  return [
    ...(view.module !== null && view.module !== picture.module
      ? [`reads ${rows.name}, which module ${view.module} brings`]
      : []),
    ...missing(named, Object.keys(view.columns)).map((column) => `names ${column}, which ${rows.name} does not have`),
  ];
}

function choiceProblems({ name, choices }: PictureInput, api: ApiDescription): string[] {
  if (choices === null || 'values' in choices) return [];
  const view = api.views.find((candidate) => candidate.name === choices.view);
  if (view === undefined) return [`takes choices of ${name} from ${choices.view}, which is not in the API`];
  const named = [choices.value, ...(choices.label === null ? [] : [choices.label])];
  return missing(named, Object.keys(view.columns)).map(
    (column) => `names ${column}, which ${choices.view} does not have`,
  );
}

function machineProblems(
  machine: Pick<NonNullable<Manifest['stateMachine']>, 'states' | 'transitions'> | null,
): string[] {
  if (machine === null) return ['has no state machine'];
  const codes = machine.states.map(({ code }) => code);
  return missing(
    machine.transitions.flatMap(({ from, to }) => [from, to]),
    codes,
  ).map((code) => `has a transition of an unknown state ${code}`);
}

const missing = (wanted: readonly string[], there: readonly string[]): string[] => [
  ...new Set(wanted.filter((one) => !there.includes(one))),
];

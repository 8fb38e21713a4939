/** What a picture's rows are asked with, and what comes back. Pure. */
import type { Picture, PictureInput } from '../../domain/picture.ts';

export type Row = Readonly<Record<string, unknown>>;
export type Given = Readonly<Record<string, string>>;

/** A value that an input may take, with its words; null where the value says it. */
export interface Choice {
  readonly value: string;
  readonly label: { readonly en: string; readonly zh: string } | null;
}

/** Choices offered for one input; beyond it people type. */
const CHOICES_MAX = 200;

/** The input's value: what was given, else the first choice of one that must have a value; null for none. */
export function valueOf(input: PictureInput, given: Given, choices: readonly Choice[] | null): string | null {
  const value = given[input.name]?.trim() ?? '';
  if (value !== '') return value;
  return input.optional ? null : (choices?.[0]?.value ?? null);
}

/** Distinct choices among a view's rows, in their order. */
export function choicesAmong(rows: readonly Row[], value: string, label: string | null): readonly Choice[] {
  const found = new Map<string, Choice>();
  for (const row of rows) {
    const code = textOf(row[value]);
    const words = label === null ? '' : textOf(row[label]);
    if (code !== '' && !found.has(code)) {
      found.set(code, { value: code, label: words === '' ? null : { en: words, zh: words } });
    }
  }
  return [...found.values()].slice(0, CHOICES_MAX);
}

/** Equality filters of a view: those of the picture, then those of its inputs. */
export function filtersOf(picture: Picture, values: ReadonlyMap<string, string>): Record<string, string> {
  return { ...(picture.rows.kind === 'view' ? picture.rows.where : {}), ...Object.fromEntries(values) };
}

/** Body of a function with its inputs filled in; a field whose input has no value is left out. */
export function bodyOf(body: Row, values: ReadonlyMap<string, string>): Row {
  return fill(body, values) as Row;
}

function fill(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    const whole = /^\{\{(\w+)\}\}$/.exec(value)?.[1];
    if (whole !== undefined) return values.get(whole);
    return value.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values.get(name) ?? '');
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, values)).filter((item) => item !== undefined);
  if (typeof value === 'object' && value !== null) {
    const filled = Object.entries(value).map(([name, item]) => [name, fill(item, values)] as const);
    return Object.fromEntries(filled.filter(([, item]) => item !== undefined));
  }
  return value;
}

/** The rows at a path of an answer; none where there is no array. */
export function rowsAt(answer: unknown, path: string): readonly Row[] {
  let at = answer;
  for (const key of path === '' ? [] : path.split('.')) at = (at as Record<string, unknown> | null | undefined)?.[key];
  return Array.isArray(at) ? at.filter((row): row is Row => typeof row === 'object' && row !== null) : [];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

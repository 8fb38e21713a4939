/** A tiny vertical for tests: notes that can be written and read, with a smoke transaction that a test may break. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { api, database, defineOffering, type OfferingDefinition } from '../../provisioners/kit/offering.ts';
import type { ApiFunction, PlanSpec, Quotas } from '../domain/manifest.ts';

const both = (text: string) => ({ en: text, zh: text });

const PACK_SQL = `
CREATE SCHEMA notes;
CREATE TABLE notes.note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL, broken boolean NOT NULL DEFAULT false);
CREATE FUNCTION api.add_note(p jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO notes.note (body) VALUES (p ->> 'body') RETURNING jsonb_build_object('id', id::text)
$$;
SELECT pack.declare_function('add_note', true);
CREATE FUNCTION api.tidy_up(p jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM notes.note WHERE body = 'stale' RETURNING 1) SELECT jsonb_build_object('removed', (SELECT count(*) FROM gone))
$$;
SELECT pack.declare_function('tidy_up', true, true);
CREATE VIEW api.note AS SELECT id, body FROM notes.note;
CREATE VIEW notes.invariants AS
  SELECT 'no_broken_note' AS rule, (SELECT count(*) FROM notes.note WHERE broken) AS violations;
SELECT pack.add_view_part('invariants', 'notes.invariants');
CREATE VIEW notes.kpis AS SELECT 'notes' AS name, (SELECT count(*) FROM notes.note)::float8 AS value, '' AS unit;
SELECT pack.add_view_part('kpis', 'notes.kpis');
SELECT pack.default_params('{"idempotency_error": "ICX03", "body_error": "ICX00"}');
`;

/** A module with a table of its own, and the way out. */
const TAGS_SQL = `
CREATE SCHEMA tags;
CREATE TABLE tags.tag (note_id bigint NOT NULL REFERENCES notes.note, tag text NOT NULL, PRIMARY KEY (note_id, tag));
SELECT pack.declare_module_tables('tags', ARRAY['tags.tag']);
CREATE FUNCTION api.add_tag(p jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO tags.tag (note_id, tag) SELECT max(id), p ->> 'tag' FROM notes.note RETURNING jsonb_build_object('tag', tag)
$$;
SELECT pack.declare_function('add_tag', true);
CREATE FUNCTION api.drop_tags(p jsonb) RETURNS jsonb
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM tags.tag RETURNING 1) SELECT jsonb_build_object('removed', (SELECT count(*) FROM gone))
$$;
SELECT pack.declare_function('drop_tags', true, true);
CREATE VIEW tags.invariants AS
  SELECT 'no_empty_tag' AS rule, (SELECT count(*) FROM tags.tag WHERE tag = '') AS violations;
SELECT pack.add_view_part('invariants', 'tags.invariants');
`;
const TAGS_REMOVAL_SQL = `
SELECT pack.remove_functions(ARRAY['add_tag', 'drop_tags']);
SELECT pack.remove_view_part('invariants', 'tags.invariants');
DROP SCHEMA tags CASCADE;
`;

export const NOTES_QUOTAS: Quotas = {
  apiConnections: 3,
  sqlConnections: 0,
  storageGib: 1,
  rps: 50,
  burst: 100,
  tempFileMib: 64,
  cpu: 0.25,
  replicas: 0,
};

/** Of plan M. */
export const LARGER_NOTES_QUOTAS: Quotas = {
  ...NOTES_QUOTAS,
  apiConnections: 6,
  storageGib: 2,
  rps: 500,
  burst: 1_000,
  tempFileMib: 128,
};

export interface NotesOffering {
  readonly definition: OfferingDefinition;
  /** What the second smoke step throws; null lets it pass. */
  readonly smokeFault: { error: Error | null };
}

/** Writes the pack to a folder of its own. */
export async function writeNotesPack(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'industry-notes-'));
  await mkdir(path.join(directory, 'core'));
  await writeFile(path.join(directory, 'core/001_notes.sql'), PACK_SQL);
  await mkdir(path.join(directory, 'modules/tags'), { recursive: true });
  await writeFile(path.join(directory, 'modules/tags/001_tags.sql'), TAGS_SQL);
  await writeFile(path.join(directory, 'modules/tags/remove.sql'), TAGS_REMOVAL_SQL);
  return directory;
}

/** @param directory of `writeNotesPack` */
export function makeNotesOffering(directory: string): NotesOffering {
  const smokeFault: NotesOffering['smokeFault'] = { error: null };
  const definition = defineOffering({
    slug: 'notes',
    version: '1.0.0',
    lifecycle: 'ga',
    params: z.strictObject({ greeting: z.string().max(40).default('hello') }),
    parameterFields: [{ name: 'greeting', label: both('Greeting'), help: both('What it says'), unit: null }],
    prices: [
      { sku: 'notes-s', month: { CNY: '100.00', USD: '15.00', EUR: '14.00' } },
      { sku: 'notes-m', month: { CNY: '300.00', USD: '45.00', EUR: '42.00' } },
      { sku: 'notes-tags', month: { CNY: '50.00', USD: '8.00', EUR: '7.00' } },
    ],
    pack: { name: 'notes', version: '1.0.0', directory, extensions: [] },
    blueprint: ({ params, plan, modules }) => [
      database('notes', { pack: 'notes', modules, params, ...databaseQuotas(plan.quotas) }),
      api('v1', { of: 'notes', connections: plan.quotas.apiConnections, ...apiQuotas(plan.quotas) }),
    ],
    smoke: [
      {
        name: 'write_note',
        title: both('Write a note'),
        run: async (client) => {
          const { status, body } = await client.call('add_note', { body: 'smoke' });
          if (status !== 201) throw new Error(`expected 201, got ${status} ${JSON.stringify(body)}`);
          return `note ${String(body.id)}`;
        },
      },
      {
        name: 'read_note',
        title: both('Read it'),
        run: async (client) => {
          if (smokeFault.error) throw smokeFault.error;
          const { status, items } = await client.view('note');
          if (status !== 200 || items.length === 0) throw new Error(`expected notes, got ${status}`);
          return `${items.length} notes`;
        },
      },
    ],
    manifest: {
      hue: 200,
      name: both('Notes'),
      summary: both('Notes for tests'),
      proof: both('A note is written and read'),
      content: both('Notes.'),
      processes: [],
      stateMachine: null,
      models: [{ model: 'public', available: true, what: both('shared'), notYet: null }],
      plans: [notesPlan('S', NOTES_QUOTAS), notesPlan('M', LARGER_NOTES_QUOTAS)],
      modules: [
        {
          code: 'tags',
          sku: 'notes-tags',
          name: both('Tags'),
          effect: both('Tags on notes'),
          selectable: true,
          notYet: null,
          includedIn: [],
        },
      ],
      api: {
        functions: [
          notesFunction('add_note', 201, { body: { type: 'string', maxLength: 400 } }),
          notesFunction('tidy_up', 200, {}),
          { ...notesFunction('add_tag', 201, { tag: { type: 'string', maxLength: 40 } }), module: 'tags' },
          { ...notesFunction('drop_tags', 200, {}), module: 'tags' },
        ],
        views: [
          {
            name: 'note',
            summary: both('Notes'),
            key: ['id'],
            columns: { id: both('Id'), body: both('Text') },
            module: null,
          },
          {
            name: 'invariants',
            summary: both('Rules'),
            key: ['rule'],
            columns: { rule: both('Rule'), violations: both('Violations') },
            module: null,
          },
          {
            name: 'kpis',
            summary: both('KPIs'),
            key: ['name'],
            columns: { name: both('Name'), value: both('Value'), unit: both('Unit') },
            module: null,
          },
        ],
        errors: { ICX00: { status: 400, title: both('Bad body') }, ICX03: { status: 409, title: both('Key used') } },
      },
      kpis: [
        { name: 'notes', title: both('Notes'), unit: '', kind: 'count', direction: 'none', warn: null, crit: null },
      ],
      invariants: { no_broken_note: both('No note is broken'), no_empty_tag: both('No tag is empty') },
      tryIt: [],
      sizing: null,
    },
  });
  return { definition: definition as OfferingDefinition, smokeFault };
}

const notesPlan = (code: 'S' | 'M', quotas: Quotas): PlanSpec => ({
  code,
  sku: `notes-${code.toLowerCase()}`,
  models: ['public'],
  orderable: true,
  quotas,
  backup: both('none'),
  support: both('none'),
  modulesIncluded: 0,
});

const databaseQuotas = ({ storageGib, apiConnections, sqlConnections, tempFileMib }: Quotas) => ({
  storageGib,
  apiConnections,
  sqlConnections,
  tempFileMib,
});
const apiQuotas = ({ rps, burst, storageGib }: Quotas) => ({ rps, burst, storageGib });

function notesFunction(name: string, status: 200 | 201, properties: Record<string, unknown>): ApiFunction {
  return {
    name,
    summary: both(name),
    description: both(name),
    body: { type: 'object', properties, additionalProperties: false },
    writes: true,
    status,
    errors: [],
    example: {},
    module: null,
  };
}

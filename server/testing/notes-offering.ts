/** A tiny vertical for tests: notes that can be written and read, with a smoke transaction that a test may break. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { api, database, defineOffering, type OfferingDefinition } from '../../provisioners/kit/offering.ts';
import type { ApiFunction, Quotas } from '../domain/manifest.ts';

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
    prices: [{ sku: 'notes-s', month: { CNY: '100.00', USD: '15.00', EUR: '14.00' } }],
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
      plans: [
        {
          code: 'S',
          sku: 'notes-s',
          models: ['public'],
          orderable: true,
          quotas: NOTES_QUOTAS,
          backup: both('none'),
          support: both('none'),
          modulesIncluded: 0,
        },
      ],
      modules: [],
      api: {
        functions: [
          notesFunction('add_note', 201, { body: { type: 'string', maxLength: 400 } }),
          notesFunction('tidy_up', 200, {}),
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
      invariants: { no_broken_note: both('No note is broken') },
      tryIt: [],
      sizing: null,
    },
  });
  return { definition: definition as OfferingDefinition, smokeFault };
}

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

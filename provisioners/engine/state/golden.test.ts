/**
 * States that real runs of both engines left, after a create, replacements, a failure half-way and a destroy. They have the form that the
 * schema states, this engine reads them, and what it writes again has that form too.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { openDeployment, parseCheckpoint, renderCheckpoint } from './codec.ts';
import type { ResourceState } from './deployment.ts';
import { openCrypter } from './secrets.ts';
import { splitReference } from '../wire/urn.ts';
import { hasSecret } from '../wire/values.ts';

const FOLDER = join(import.meta.dirname, 'golden');
const STATES = readdirSync(FOLDER);
const PASSPHRASE = 'correct horse';

interface File {
  readonly version: number;
  readonly checkpoint: { readonly stack: string; readonly latest: { readonly resources?: ResourceState[] } };
}

function readJson(...path: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as Record<string, unknown>;
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
// Its module is CommonJS with a default export inside its default export.
addFormats.default(ajv);
const validate = ajv.compile(readJson(import.meta.dirname, 'deployment.schema.json'));

function problems(file: unknown): unknown {
  return validate(file) ? [] : validate.errors;
}

/** URNs that a resource refers to: they have to stand before it. */
function references({ parent, provider, dependencies = [], propertyDependencies = {} }: ResourceState): string[] {
  const named = Object.values(propertyDependencies).flatMap((urns) => urns ?? []);
  return [...(parent ? [parent] : []), ...(provider ? [splitReference(provider).urn] : []), ...dependencies, ...named];
}

test('there are states of both engines', () => {
  const made = ['created', 'destroyed', 'failed', 'replaced'];
  expect(STATES.toSorted()).toEqual(['cli', 'embedded'].flatMap((by) => made.map((stage) => `${by}-${stage}.json`)));
});

describe.each(STATES)('%s', (name) => {
  const file = readJson(FOLDER, name) as unknown as File;

  test('has the form that the schema states', () => {
    expect(problems(file)).toEqual([]);
  });

  test('names each resource once, after all that it refers to', () => {
    const seen = new Set<string>();
    for (const resource of file.checkpoint.latest.resources ?? []) {
      for (const urn of references(resource)) expect(seen).toContain(urn);
      expect(seen).not.toContain(resource.urn);
      seen.add(resource.urn);
    }
  });

  test('is read, and written again in the same form', async () => {
    const stored = parseCheckpoint(Buffer.from(JSON.stringify(file)));
    const crypter = await openCrypter(PASSPHRASE, stored.salt ?? '');
    const opened = openDeployment(stored, crypter);
    if (opened.resources.length > 0) expect(opened.resources.some(({ outputs }) => hasSecret(outputs))).toBe(true);
    // Copies are new versions, which are rendered and sealed anew.
    const copies = { ...opened, resources: opened.resources.map((resource) => ({ ...resource })) };
    const again = JSON.parse(renderCheckpoint({ project: 'demo', stack: 's' }, copies, crypter)) as File;
    expect(problems(again)).toEqual([]);
    expect(again.checkpoint.latest.resources?.length).toBe(file.checkpoint.latest.resources?.length);
  });
});

test('the schema refuses what no engine may write', () => {
  const file = readJson(FOLDER, 'embedded-created.json') as unknown as File;
  const spoil = (change: (resource: Record<string, unknown>) => void): unknown => {
    const copy = structuredClone(file);
    change(copy.checkpoint.latest.resources?.at(-1) as unknown as Record<string, unknown>);
    return problems(copy);
  };
  expect(spoil(() => {})).toEqual([]);
  expect(spoil((resource) => (resource['surprise'] = 1))).not.toEqual([]);
  expect(spoil((resource) => delete resource['type'])).not.toEqual([]);
  expect(spoil((resource) => (resource['outputs'] = { x: '04da6b54-80e4-46f7-96ec-b56ff0331ba9' }))).not.toEqual([]);
  const bare = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', value: 'bare' };
  expect(spoil((resource) => (resource['outputs'] = { x: { deep: [bare] } }))).not.toEqual([]);
  expect(problems({ ...file, version: 4 })).not.toEqual([]);
});

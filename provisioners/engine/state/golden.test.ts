/**
 * States that real runs of both engines left, after a create, one with hooks, replacements, a failure half-way and a destroy. They have the form that the
 * schema states, this engine reads them, and what it writes again has that form too.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
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
const MADE = ['created', 'destroyed', 'failed', 'hooked', 'replaced'];
const PASSPHRASE = 'correct horse';

interface File {
  readonly version: number;
  readonly features?: readonly string[];
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

/** Pulumi's own statement of the format, where somebody has it: named, or in the Go modules of this machine. */
function findUpstreamSchema(): string | undefined {
  const named = process.env['PULUMI_DEPLOYMENT_SCHEMA'];
  if (named) return named;
  const modules = process.env['GOMODCACHE'] ?? join(process.env['GOPATH'] ?? join(homedir(), 'go'), 'pkg', 'mod');
  const folder = join(modules, 'github.com', 'pulumi', 'pulumi', 'sdk');
  const versions = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const files = versions.map((version) => join(folder, version, 'go', 'common', 'apitype', 'deployments.json'));
  return files.findLast((file) => existsSync(file));
}

const UPSTREAM = findUpstreamSchema();
const HELD = UPSTREAM
  ? "held to Pulumi's own schema"
  : "skipped, no copy of Pulumi's own schema in PULUMI_DEPLOYMENT_SCHEMA or among Go's modules";

describe.skipIf(!UPSTREAM)(HELD, () => {
  /** What it finds wrong with a state, wherever in it. */
  function complaints(name: string): Set<string> {
    const schemas = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(schemas);
    const upstream = UPSTREAM ?? '';
    // It refers to those of resources and of their properties, which lie beside it.
    for (const other of ['resources.json', 'property-values.json']) {
      const text = readFileSync(join(dirname(upstream), other), 'utf8');
      // The validator does not find an anchor that stands at a schema's root.
      schemas.addSchema(JSON.parse(text.replaceAll('"#property_value"', '"#"')) as object);
    }
    const check = schemas.compile(readJson(upstream));
    const { version, features, checkpoint } = readJson(FOLDER, name) as unknown as File;
    // What is stored is a checkpoint; the schema is of what an export prints of it.
    check({ version, ...(features ? { features } : {}), deployment: checkpoint.latest });
    return new Set(check.errors?.map(({ schemaPath, params }) => `${schemaPath} ${JSON.stringify(params)}`));
  }

  // Pulumi has let it fall behind: it knows no times, for one. So what it finds wrong with the CLI's own states it may find here.
  test.each(MADE)('finds nothing wrong with ours after "%s" that it does not find with those of the CLI', (stage) => {
    const cli = complaints(`cli-${stage}.json`);
    expect([...complaints(`embedded-${stage}.json`)].filter((complaint) => !cli.has(complaint))).toEqual([]);
  });
});

test('there are states of both engines', () => {
  expect(STATES.toSorted()).toEqual(['cli', 'embedded'].flatMap((by) => MADE.map((stage) => `${by}-${stage}.json`)));
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
  expect(problems({ ...file, features: ['hooks'] })).not.toEqual([]);
  expect(problems({ ...file, version: 4, features: ['hooks', 'surprise'] })).not.toEqual([]);
  expect(spoil((resource) => (resource['resourceHooks'] = { 'before-delete': ['x'] }))).not.toEqual([]);
});

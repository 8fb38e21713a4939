import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { toSecret } from '../wire/values.ts';
import {
  StateFormatError,
  extractDeployment,
  maskSealed,
  openDeployment,
  parseCheckpoint,
  renderCheckpoint,
} from './codec.ts';
import type { ResourceState, Snapshot } from './deployment.ts';
import { SecretsError, createCrypter } from './secrets.ts';

const name = { project: 'p', stack: 's' };
const resource: ResourceState = {
  urn: 'urn:pulumi:s::p::a:b:C::c',
  custom: true,
  id: 'id',
  type: 'a:b:C',
  inputs: { login: toSecret('hidden'), size: 1 },
  outputs: {},
  protect: false,
  dependencies: [],
};
const snapshot: Snapshot = {
  resources: [resource],
  pending: [{ resource: { ...resource, id: '' }, type: 'creating' }],
};

function file(content: object): Buffer {
  return Buffer.from(JSON.stringify(content));
}

test('a snapshot survives being stored, and leaves out what is blank', async () => {
  const crypter = await createCrypter('pw');
  const text = renderCheckpoint(name, snapshot, crypter);
  expect(text).not.toContain('hidden');
  expect(text).not.toContain('protect');
  const stored = parseCheckpoint(Buffer.from(text));
  expect(stored.salt).toBe(crypter.salt);
  const opened = openDeployment(stored, crypter);
  expect(opened.resources[0]).toMatchObject({ urn: resource.urn, inputs: resource.inputs });
  expect(opened.pending).toMatchObject([{ type: 'creating' }]);
});

test('what did not change is written as it was read, ciphertext included', async () => {
  const crypter = await createCrypter('pw');
  const first = parseCheckpoint(Buffer.from(renderCheckpoint(name, snapshot, crypter)));
  const second = parseCheckpoint(Buffer.from(renderCheckpoint(name, openDeployment(first, crypter), crypter)));
  expect(second.resources).toEqual(first.resources);
});

test('the checkpoint has the form that the CLI reads', async () => {
  const crypter = await createCrypter('pw');
  const checkpoint = JSON.parse(renderCheckpoint(name, { resources: [], pending: [] }, crypter)) as Record<
    string,
    unknown
  >;
  expect(checkpoint).toMatchObject({
    version: 3,
    checkpoint: {
      stack: 'organization/p/s',
      latest: {
        manifest: { version: 'v3.248.0', magic: '1c72415da0837d6b54e4fd59aa49d86e7a984759e60a944fc9ff1c8042addcfe' },
        secrets_providers: { type: 'passphrase', state: { salt: crypter.salt } },
      },
    },
  });
});

test('hooks make it version 4 with a feature, as the CLI writes it, and they leave it again', async () => {
  const crypter = await createCrypter('pw');
  const hooked: ResourceState = { ...resource, resourceHooks: { BeforeDelete: ['gone'] } };
  const text = renderCheckpoint(name, { resources: [hooked], pending: [] }, crypter);
  expect(JSON.parse(text)).toMatchObject({ version: 4, features: ['hooks'] });
  expect(extractDeployment(Buffer.from(text))).toMatchObject({ version: 4, features: ['hooks'] });
  const { resourceHooks } = hooked;
  expect(openDeployment(parseCheckpoint(Buffer.from(text)), crypter).resources).toMatchObject([{ resourceHooks }]);
  const without = renderCheckpoint(name, { resources: [resource], pending: [] }, crypter);
  expect(JSON.parse(without)).toMatchObject({ version: 3 });
  expect(JSON.parse(without)).not.toHaveProperty('features');
});

test('compressed states are read, and masked without the passphrase', async () => {
  const crypter = await createCrypter('pw');
  const stored = parseCheckpoint(gzipSync(renderCheckpoint(name, snapshot, crypter)));
  expect(maskSealed(stored.resources[0]?.inputs)).toEqual({ login: { secret: true }, size: 1 });
});

test('what this engine does not read is refused', () => {
  expect(() => parseCheckpoint(file({ version: 9, checkpoint: {} }))).toThrow(StateFormatError);
  expect(() => parseCheckpoint(file({ version: 3, features: ['x'], checkpoint: {} }))).toThrow(StateFormatError);
  expect(() => parseCheckpoint(file({ version: 4, features: ['hooks', 'views'], checkpoint: {} }))).toThrow(/views/);
  const other = { version: 3, checkpoint: { latest: { secrets_providers: { type: 'awskms' } } } };
  expect(() => parseCheckpoint(file(other))).toThrow(SecretsError);
});

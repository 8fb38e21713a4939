/** Between the checkpoint's JSON and {@link Snapshot}: reading, writing, and reading without the passphrase. */
import { createHash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ExportedStack } from '../port.ts';
import { SIGNATURE, isObject, isSecret, type Props } from '../wire/values.ts';
import { RESOURCE_FIELDS, isBlank, type PendingOperation, type ResourceState, type Snapshot } from './deployment.ts';
import { SecretsError, seal, unseal, type Crypter } from './secrets.ts';

/** The CLI version whose format this is; the CLI checks the hash beside it. */
const FORMAT_VERSION = 'v3.248.0';
const FORMAT_MAGIC = createHash('sha256').update(FORMAT_VERSION).digest('hex');
/** Checkpoints up to this version have the shape read here. */
const NEWEST_CHECKPOINT = 4;
/** Without features; with any, it is the newest. */
const PLAIN_CHECKPOINT = 3;
/** Hooks of resources: what the format has beyond version 3 and this engine knows. */
const HOOKS = 'hooks';

/** Thrown when a stored state has a shape that this engine does not read. */
export class StateFormatError extends Error {
  override readonly name = 'StateFormatError';
}

interface StoredOperation {
  readonly resource: ResourceState;
  readonly type: PendingOperation['type'];
}

/** A deployment as stored: secrets still sealed. */
export interface StoredDeployment {
  readonly salt: string | null;
  readonly resources: readonly ResourceState[];
  readonly pending: readonly StoredOperation[];
}

function decompress(bytes: Buffer): string {
  if (bytes[0] === 0x1f) return gunzipSync(bytes).toString();
  if (bytes[0] === 0x28) return zstdDecompressSync(bytes).toString();
  return bytes.toString();
}

interface CheckpointFile {
  readonly version: number;
  readonly features?: readonly string[];
  readonly checkpoint: { readonly latest?: Props };
}

function parseFile(bytes: Buffer): CheckpointFile {
  return JSON.parse(decompress(bytes)) as CheckpointFile;
}

/** The deployment of a checkpoint as it is, secrets sealed. */
export function extractDeployment(bytes: Buffer): ExportedStack {
  const { version, features = [], checkpoint } = parseFile(bytes);
  const deployment = checkpoint.latest ?? {};
  if (features.length > 0) return { version, features, deployment };
  return { version: Math.min(version, PLAIN_CHECKPOINT), deployment };
}

function refuseUnknown({ version, features = [] }: CheckpointFile): void {
  const unknown = features.filter((feature) => feature !== HOOKS);
  if (version <= NEWEST_CHECKPOINT && unknown.length === 0) return;
  const what = unknown.length === 0 ? '' : ` with the features ${unknown.join(', ')}`;
  throw new StateFormatError(`the state has version ${version}${what}, which this engine does not read`);
}

/** Read a checkpoint. @throws StateFormatError, SecretsError for another secrets provider than the passphrase */
export function parseCheckpoint(bytes: Buffer): StoredDeployment {
  const file = parseFile(bytes);
  refuseUnknown(file);
  const latest = file.checkpoint.latest ?? {};
  const secrets = latest['secrets_providers'] as { type?: string; state?: { salt?: string } } | undefined;
  if (secrets?.type !== undefined && secrets.type !== 'passphrase') {
    throw new SecretsError(`the state uses the secrets provider ${secrets.type}, which this engine does not have`);
  }
  return {
    salt: secrets?.state?.salt ?? null,
    resources: (latest['resources'] ?? []) as ResourceState[],
    pending: (latest['pending_operations'] ?? []) as StoredOperation[],
  };
}

/** The JSON of a resource by its object: an unchanged resource is written as it was read, ciphertexts included. */
const renderings = new WeakMap<Crypter, WeakMap<ResourceState, string>>();

function renderingsOf(crypter: Crypter): WeakMap<ResourceState, string> {
  const known = renderings.get(crypter) ?? new WeakMap<ResourceState, string>();
  renderings.set(crypter, known);
  return known;
}

function openResource(stored: ResourceState, crypter: Crypter): ResourceState {
  const state: ResourceState = {
    ...stored,
    inputs: unseal(stored.inputs ?? {}, crypter) as Props,
    outputs: unseal(stored.outputs ?? {}, crypter) as Props,
  };
  renderingsOf(crypter).set(state, JSON.stringify(stored));
  return state;
}

export function openDeployment(stored: StoredDeployment, crypter: Crypter): Snapshot {
  return {
    resources: stored.resources.map((resource) => openResource(resource, crypter)),
    pending: stored.pending.map(({ type, resource }) => ({ type, resource: openResource(resource, crypter) })),
  };
}

/** Stored values with secrets replaced by `{ secret: true }`; needs no passphrase. */
export function maskSealed(value: unknown): unknown {
  if (isSecret(value)) return { secret: true };
  if (Array.isArray(value)) return value.map(maskSealed);
  if (!isObject(value) || SIGNATURE in value) return value;
  const result: Props = {};
  for (const [key, member] of Object.entries(value)) result[key] = maskSealed(member);
  return result;
}

function renderResource(state: ResourceState, crypter: Crypter): string {
  const rendered = renderingsOf(crypter);
  const known = rendered.get(state);
  if (known !== undefined) return known;
  const record: Props = {};
  for (const field of RESOURCE_FIELDS) {
    const value = state[field];
    if (field === 'inputs' || field === 'outputs') record[field] = seal(value, crypter);
    else if (field === 'custom' || !isBlank(value)) record[field] = value;
  }
  const json = JSON.stringify(record);
  rendered.set(state, json);
  return json;
}

/** The checkpoint of a stack, as the CLI writes it. */
export function renderCheckpoint(
  name: { project: string; stack: string },
  snapshot: Snapshot,
  crypter: Crypter,
): string {
  const manifest = { time: new Date().toISOString(), magic: FORMAT_MAGIC, version: FORMAT_VERSION };
  const secrets = { type: 'passphrase', state: { salt: crypter.salt } };
  const resources = snapshot.resources.map((state) => renderResource(state, crypter)).join(',');
  const pending = snapshot.pending
    .map(({ resource, type }) => `{"resource":${renderResource(resource, crypter)},"type":${JSON.stringify(type)}}`)
    .join(',');
  const latest = [
    `"manifest":${JSON.stringify(manifest)}`,
    `"secrets_providers":${JSON.stringify(secrets)}`,
    ...(resources === '' ? [] : [`"resources":[${resources}]`]),
    ...(pending === '' ? [] : [`"pending_operations":[${pending}]`]),
    '"metadata":{}',
  ].join(',');
  const stack = JSON.stringify(`organization/${name.project}/${name.stack}`);
  const hasHooks = [...snapshot.resources, ...snapshot.pending.map(({ resource }) => resource)].some(
    ({ resourceHooks }) => resourceHooks !== undefined,
  );
  const form = hasHooks ? `"version":${NEWEST_CHECKPOINT},"features":["${HOOKS}"]` : `"version":${PLAIN_CHECKPOINT}`;
  return `{${form},"checkpoint":{"stack":${stack},"latest":{${latest}}}}`;
}

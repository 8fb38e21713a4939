/**
 * Operations that were begun and whose end nobody recorded: a killed CLI leaves them in the state. The CLI forgets some and warns of the
 * others for ever; here each is asked for again, which providers take well, so that the state holds what is there.
 */
import type { Provider } from '@pulumi/pulumi/provider/index.js';
import { askCreate, askDelete, askUpdate } from '../embedded/ask.ts';
import type { Journal } from '../journal.ts';
import type { ProviderPackage, StackRequest } from '../port.ts';
import type { PendingOperation, ResourceState, Snapshot } from '../state/deployment.ts';
import { openSession } from '../state/session.ts';
import { readStored, type StateStore } from '../state/store.ts';
import { PROVIDER_PREFIX, splitReference } from '../wire/urn.ts';
import { revealProps } from '../wire/values.ts';

export interface Resumed {
  readonly urn: string;
  readonly operation: string;
}

type Instance = ReturnType<ProviderPackage['create']>;

/** The state under repair. */
interface Repair {
  resources: ResourceState[];
  pending: PendingOperation[];
  provider(reference: string | undefined): Provider | undefined;
}

function createInstances(request: StackRequest, resources: readonly ResourceState[]) {
  const instances = new Map<string, Instance>();
  function find(reference = ''): Instance | undefined {
    const known = instances.get(reference);
    if (known) return known;
    const { urn, id } = splitReference(reference);
    const state = resources.find((resource) => resource.urn === urn && resource.id === id);
    const name = state?.type.slice(PROVIDER_PREFIX.length);
    const found = request.packages.find((candidate) => candidate.name === name);
    if (!state || !found) return undefined;
    const { __internal: _internal, version: _version, ...config } = revealProps(state.inputs);
    const made = found.create(config);
    instances.set(reference, made);
    return made;
  }
  const close = async () => {
    await Promise.all([...instances.values()].map(async (instance) => instance.close?.()));
  };
  return { find, close };
}

/** Put a made resource into the state; a version that it replaces goes, or waits for its deletion. */
function adopt(repair: Repair, made: ResourceState): void {
  const others = repair.resources.filter((known) => !(known.urn === made.urn && known.pendingReplacement));
  const replaced = others.map((known) => (known.urn === made.urn ? { ...known, delete: true } : known));
  repair.resources = [...replaced, made];
}

function swap(repair: Repair, old: ResourceState, next: ResourceState | undefined): void {
  repair.resources = repair.resources.flatMap((known) => (known === old ? (next ? [next] : []) : [known]));
}

/** Which version in the state an operation means: the one with its id. */
function versionOf({ resources }: Repair, { urn, id, delete: replaced = false }: ResourceState) {
  return (
    resources.find((known) => known.urn === urn && known.id === id && (known.delete ?? false) === replaced) ??
    resources.find((known) => known.urn === urn && known.id === id)
  );
}

/** Ask for an operation again. @returns false when there is no provider to ask here */
async function redo(repair: Repair, { resource, type }: PendingOperation): Promise<boolean> {
  const provider = repair.provider(resource.provider);
  if (type === 'reading' || type === 'importing') return true;
  if (!provider) return false;
  const old = versionOf(repair, resource);
  const modified = new Date().toISOString();
  if (type === 'creating') {
    const { id, outputs } = await askCreate(provider, resource);
    adopt(repair, { ...resource, id, outputs, created: resource.created ?? modified, modified });
  } else if (type === 'updating' && old) {
    swap(repair, old, { ...resource, outputs: await askUpdate(provider, old, resource), modified });
  } else if (type === 'deleting' && old) {
    await askDelete(provider, old);
    swap(repair, old, undefined);
  }
  return true;
}

function isNeeded(repair: Repair, { urn }: ResourceState): boolean {
  return repair.resources.some(
    (other) => other.parent === urn || other.deletedWith === urn || other.dependencies?.includes(urn),
  );
}

async function redoAll(repair: Repair, journal: Journal): Promise<Resumed[]> {
  const resumed: Resumed[] = [];
  const left: PendingOperation[] = [];
  for (const operation of repair.pending) {
    const { urn } = operation.resource;
    journal.hide(operation.resource.inputs);
    try {
      // What others still refer to stays until they are gone; the run decides about it.
      const waits = operation.type === 'deleting' && isNeeded(repair, operation.resource);
      if (!waits && (await redo(repair, operation))) resumed.push({ urn, operation: operation.type });
      else left.push(operation);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      journal.log('warning', `an interrupted operation (${operation.type}) could not be repeated: ${said}`, urn);
      // A create that is refused has made nothing; of the others nobody knows, and the CLI compares again.
      if (operation.type !== 'creating') left.push(operation);
    }
  }
  repair.pending = left;
  return resumed;
}

/**
 * Settle what an interrupted run left pending. Writes under the request's fence and a lock of its own.
 * @returns what was settled
 * @throws FencedError, StackLockedError
 */
export async function recover(store: StateStore, request: StackRequest, journal: Journal): Promise<Resumed[]> {
  const stored = await readStored(store, request);
  if (!stored || stored.pending.length === 0) return [];
  const repair: Repair = { resources: [], pending: [], provider: () => undefined };
  const snapshot = (): Snapshot => ({ resources: repair.resources, pending: repair.pending });
  const session = await openSession(store, request, snapshot);
  repair.resources = [...session.loaded.resources];
  repair.pending = [...session.loaded.pending];
  const instances = createInstances(request, session.loaded.resources);
  repair.provider = instances.find;
  try {
    const resumed = await redoAll(repair, journal);
    await session.save();
    return resumed;
  } finally {
    await session.release();
    await instances.close();
  }
}

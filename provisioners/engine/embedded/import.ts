/** Taking over a resource that exists: the option `import`. It is read, never made, and the program has to describe it as it is. */
import type { ResourceState } from '../state/deployment.ts';
import { diffProperties } from '../wire/property-diff.ts';
import { maskProps } from '../wire/values.ts';
import { ProviderError, askDiff, askRead } from './ask.ts';
import type { Registered } from './registration.ts';
import { ask, begin, saveSoon, type Run } from './run.ts';
import { plannedState, toRegistered, toUnknown, type Task } from './task.ts';
import { told } from './told.ts';

/** Thrown when what is to be imported is not there, is not what the program describes, or cannot take the old one's place. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}

/** True when the state's resource already is the one to import. */
export function isImported(old: ResourceState | undefined, importId: string): boolean {
  return old !== undefined && !old.pendingReplacement && (old.id === importId || old.importID === importId);
}

/** Import a resource; in a preview too it is read and compared. One that the state has under this URN is replaced. */
export async function importResource(run: Run, task: Task): Promise<Registered> {
  const { urn, registration, provider, old } = task;
  if (old?.protect) throw new ImportError(`${urn} is protected and cannot be replaced by an import`);
  if (!provider) return toUnknown(urn);
  const operating = begin(run, plannedState(urn, registration, task.inputs, task.providerReference), 'read');
  return told(operating, async () => {
    const state = await readFor(run, task);
    if (old && !run.preview && !old.pendingReplacement) run.ledger.amend(old, { delete: true });
    else if (old) run.ledger.drop(old);
    run.ledger.settle(state);
    saveSoon(run);
    operating.done({ changes: [], inputs: maskProps(state.inputs) });
    return toRegistered(state);
  });
}

async function readFor(run: Run, task: Task): Promise<ResourceState> {
  const { urn, registration, provider, inputs } = task;
  const { importId, options } = registration;
  const { additionalSecretOutputs = [] } = options;
  const found = await ask(run, `read ${urn}`, () =>
    askRead(provider, { id: importId, urn, outputs: {}, additionalSecretOutputs }),
  );
  if (!found)
    throw new ImportError(`${urn} cannot be imported: there is no ${registration.type} with the id ${importId}`);
  run.journal.hide(found.outputs);
  const now = new Date().toISOString();
  const state: ResourceState = {
    ...plannedState(urn, registration, inputs, task.providerReference),
    id: found.id,
    outputs: found.outputs,
    created: now,
    modified: now,
  };
  await refuseMismatch(run, task, { ...state, inputs: found.inputs ?? found.outputs });
  return state;
}

async function refuseMismatch(run: Run, { urn, provider, inputs, registration }: Task, found: ResourceState) {
  if (!provider?.diff && Object.keys(found.inputs).length === 0) {
    throw new ProviderError(`${urn} cannot be imported: its provider cannot read ${registration.type}`);
  }
  const difference = await ask(run, `diff ${urn}`, () => askDiff(provider, found, urn, inputs));
  if (!difference.changes && difference.replaces.length === 0) return;
  const paths = diffProperties(found.inputs, inputs).map(({ path }) => path);
  const which = paths.filter((path) => (path.split(/[.[]/)[0] ?? '') in inputs).join(', ');
  throw new ImportError(
    `${urn} cannot be imported: the program differs from what is there in ${which || 'its inputs'}`,
  );
}

/** Reading every resource anew. */
import type { ResourceState } from '../state/deployment.ts';
import { diffProperties } from '../wire/property-diff.ts';
import { isProviderType } from '../wire/urn.ts';
import { isEqual, maskProps } from '../wire/values.ts';
import { askRead, type Reading } from './ask.ts';
import { forgetReferences } from './references.ts';
import { ask, begin, fail, type Run } from './run.ts';
import { told } from './told.ts';

function isReadable(state: ResourceState): boolean {
  return (
    state.custom &&
    !isProviderType(state.type) &&
    !state.delete &&
    !state.pendingReplacement &&
    state.provider !== undefined
  );
}

/** Bring the state up to what is there. Resources that are gone leave it, and nothing refers to them any more. */
export async function refreshAll(run: Run): Promise<void> {
  const gone = new Set<string>();
  await Promise.all(
    run.ledger.remaining
      .filter((state) => isReadable(state) && run.isTarget(state.urn))
      .map(async (state) => {
        try {
          if (!(await refreshOne(run, state))) gone.add(state.urn);
        } catch (error) {
          fail(run, state.urn, error);
        }
      }),
  );
  if (gone.size === 0) return;
  for (const state of run.ledger.remaining) {
    const kept = forgetReferences(state, gone);
    if (kept !== state) run.ledger.amend(state, kept);
  }
}

function isDrifted(state: ResourceState, { id, outputs, inputs, initErrors }: Reading): boolean {
  if (id !== state.id || !isEqual([...(state.initErrors ?? [])], [...initErrors])) return true;
  return !isEqual(outputs, state.outputs) || !isEqual(inputs, state.inputs);
}

/** @returns false when the resource is gone */
async function refreshOne(run: Run, state: ResourceState): Promise<boolean> {
  const provider = run.providers.instance(state.provider ?? '');
  const operating = begin(run, state, 'refresh');
  return told(operating, async () => {
    const found = await ask(run, `read ${state.urn}`, () => askRead(provider, { ...state, id: state.id ?? '' }));
    const outputs = found?.outputs ?? {};
    const inputs = found?.inputs ?? state.inputs;
    if (!found) run.ledger.drop(state);
    else if (isDrifted(state, { ...found, inputs })) {
      const { id, initErrors } = found;
      run.ledger.amend(state, { id, outputs, inputs, initErrors, modified: new Date().toISOString() });
    }
    operating.done({ changes: diffProperties(state.outputs, outputs), inputs: maskProps(inputs) });
    return found !== null;
  });
}

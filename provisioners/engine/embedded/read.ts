/** Resources that a program looks up (`.get`), and functions that it calls. */
import type { InvokeResult } from '@pulumi/pulumi/provider/index.js';
import type { ResourceState } from '../state/deployment.ts';
import { makeUrn } from '../wire/urn.ts';
import { UNKNOWN, isEqual, maskProps, type Props } from '../wire/values.ts';
import { ProviderError, askRead } from './ask.ts';
import type { InvokeRequest, ReadRequest, Registered } from './registration.ts';
import { ask, begin, fail, isHalted, type Run } from './run.ts';
import { toRegistered, toUnknown } from './task.ts';
import { told } from './told.ts';

/** Read a resource that exists elsewhere. Never rejects; a failure is recorded and leaves its values unknown. */
export async function readResource(run: Run, request: ReadRequest): Promise<Registered> {
  const { project, stack } = run.request;
  const urn = makeUrn({ project, stack, ...request });
  if (run.mode === 'destroy') {
    const old = run.ledger.current(urn);
    return old ? toRegistered(old) : toUnknown(urn);
  }
  run.ledger.claim(urn);
  if (isHalted(run)) return toUnknown(urn);
  if (request.id === UNKNOWN || request.id === '') return { urn, id: '', outputs: request.properties, unknown: true };
  try {
    return await readKnown(run, urn, request);
  } catch (error) {
    fail(run, urn, error);
    return toUnknown(urn);
  }
}

async function readKnown(run: Run, urn: string, request: ReadRequest): Promise<Registered> {
  const { type, parent, id, properties, dependencies, additionalSecretOutputs } = request;
  const reference = await run.providers.resolve(type, request.provider);
  const provider = run.providers.instance(reference);
  const operating = begin(run, { urn, type, parent }, 'read');
  return told(operating, async () => {
    const found = await ask(run, `read ${urn}`, () =>
      askRead(provider, { id, urn, outputs: properties, additionalSecretOutputs }),
    );
    if (!found) throw new ProviderError(`there is no ${type} with the id ${id}`);
    const old = run.ledger.findOld([urn]);
    const now = new Date().toISOString();
    const state: ResourceState = {
      urn,
      custom: true,
      type,
      id: found.id,
      inputs: properties,
      outputs: found.outputs,
      ...(parent === '' ? {} : { parent }),
      external: true,
      dependencies,
      provider: reference,
      additionalSecretOutputs,
      created: old?.created ?? now,
      modified: now,
    };
    run.ledger.settle(old && isEqual(old.outputs, state.outputs) ? old : state, old);
    operating.done({ changes: [], inputs: maskProps(properties) });
    return { urn, id: found.id, outputs: state.outputs, unknown: false };
  });
}

const GET_RESOURCE = 'pulumi:pulumi:getResource';

/** Call a function of a provider, or look up a resource of this very stack by its URN. */
export async function invoke(run: Run, { token, args, provider: choice }: InvokeRequest): Promise<InvokeResult> {
  if (token === GET_RESOURCE) return getOwnResource(run, args);
  const provider = run.providers.instance(await run.providers.resolve(token, choice));
  if (!provider?.invoke) throw new ProviderError(`the provider has no function ${token}`);
  const { invoke: call } = provider;
  return ask(run, `call ${token}`, () => call.call(provider, token, args));
}

function getOwnResource(run: Run, { urn }: Props): InvokeResult {
  const state = run.ledger.current(String(urn));
  if (!state) throw new ProviderError(`there is no resource ${String(urn)} in this stack`);
  return { outputs: { urn: state.urn, id: state.id ?? '', state: state.outputs } };
}

/** Hooks: functions of the program that are called before and after a provider acts on a resource. */
import resourceProto from '@pulumi/pulumi/proto/resource_pb.js';
import type { RegisterResourceHookRequest, RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb.js';
import type { HookType, ResourceHooks, ResourceState } from '../state/deployment.ts';
import { toStruct } from '../wire/struct.ts';
import { urnName } from '../wire/urn.ts';
import type { CallbackCaller } from './callbacks.ts';

/** Thrown when a hook that goes before an operation fails, or is not there: then the operation does not happen. */
export class HookError extends Error {
  override readonly name = 'HookError';
}

export interface Hooks {
  register(request: RegisterResourceHookRequest): void;
  /**
   * Call the hooks of one kind that a resource names.
   * @returns what hooks that go after an operation have failed with: too late to prevent anything
   * @throws HookError when one that goes before an operation fails
   */
  run(type: HookType, states: { readonly now?: ResourceState; readonly old?: ResourceState }): Promise<string[]>;
}

export function decodeHooks(request: RegisterResourceRequest): ResourceHooks | undefined {
  const binding = request.getHooks();
  if (!binding) return undefined;
  const lists: Readonly<Record<HookType, readonly string[]>> = {
    BeforeCreate: binding.getBeforeCreateList(),
    AfterCreate: binding.getAfterCreateList(),
    BeforeUpdate: binding.getBeforeUpdateList(),
    AfterUpdate: binding.getAfterUpdateList(),
    BeforeDelete: binding.getBeforeDeleteList(),
    AfterDelete: binding.getAfterDeleteList(),
  };
  const named = Object.entries(lists).filter(([, names]) => names.length > 0);
  return named.length === 0 ? undefined : Object.fromEntries(named);
}

function encode({ now, old }: { now?: ResourceState; old?: ResourceState }): Uint8Array {
  const request = new resourceProto.ResourceHookRequest();
  const state = now ?? old;
  request.setUrn(state?.urn ?? '');
  request.setId(state?.id ?? '');
  request.setName(urnName(state?.urn ?? ''));
  request.setType(state?.type ?? '');
  if (now) request.setNewInputs(toStruct(now.inputs));
  if (now?.id) request.setNewOutputs(toStruct(now.outputs));
  if (old) request.setOldInputs(toStruct(old.inputs));
  if (old) request.setOldOutputs(toStruct(old.outputs));
  return request.serializeBinary();
}

export function createHooks(caller: CallbackCaller, preview: boolean): Hooks {
  const known = new Map<string, RegisterResourceHookRequest>();

  async function callOne(name: string, bytes: Uint8Array, urn: string): Promise<string | null> {
    const hook = known.get(name);
    const callback = hook?.getCallback();
    if (!hook || !callback) {
      return `the hook "${name}" of ${urn} is not there: it runs only while the program does, so destroy with the program, or remove the resource from it first`;
    }
    if (preview && !hook.getOnDryRun()) return null;
    const answer = await caller.call(callback, bytes);
    const error = resourceProto.ResourceHookResponse.deserializeBinary(answer).getError();
    return error === '' || hook.getIgnoreErrors() ? null : `the hook "${name}" of ${urn} failed: ${error}`;
  }

  return {
    register: (request) => void known.set(request.getName(), request),
    async run(type, states) {
      const state = states.now ?? states.old;
      const names = state?.resourceHooks?.[type] ?? [];
      if (!state || names.length === 0) return [];
      const bytes = encode(states);
      const failures: string[] = [];
      for (const name of names) {
        const failure = await callOne(name, bytes, state.urn);
        if (failure !== null && type.startsWith('Before')) throw new HookError(failure);
        if (failure !== null) failures.push(failure);
      }
      return failures;
    },
  };
}

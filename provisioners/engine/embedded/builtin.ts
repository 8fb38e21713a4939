/** The package `pulumi`, which every program has: references to the outputs of other stacks of this installation. */
import type { ProviderPackage } from '../port.ts';
import type { StackName } from '../state/keys.ts';
import { loadSnapshot, readStored, type StateStore } from '../state/store.ts';
import { STACK_TYPE } from '../wire/urn.ts';
import { hasSecret, type Props } from '../wire/values.ts';
import { ProviderError } from './ask.ts';

export const STACK_REFERENCE = 'pulumi:pulumi:StackReference';

/** `organization/project/stack`, or `project/stack`, or a stack of the project in question. */
function parseStackName(text: string, project: string): StackName {
  const parts = text.split('/');
  const stack = parts.at(-1) ?? '';
  if (parts.length > 3 || parts.some((part) => part === '')) {
    throw new ProviderError(`"${text}" names no stack; write organization/project/stack`);
  }
  return { project: parts.at(-2) ?? project, stack };
}

async function readOutputs(store: StateStore, text: string, project: string): Promise<Props> {
  const name = parseStackName(text, project);
  if (!(await readStored(store, name))) throw new ProviderError(`there is no stack ${text} in this installation`);
  const { snapshot } = await loadSnapshot(store, name);
  return snapshot.resources.find(({ type, delete: old }) => type === STACK_TYPE && !old)?.outputs ?? {};
}

/** @param project of the stack whose program asks */
export function createBuiltinPackage(store: StateStore, project: string): ProviderPackage {
  return {
    name: 'pulumi',
    version: '',
    create: () => ({
      async read(id, urn, props: Props = {}) {
        if (!urn.includes(`${STACK_REFERENCE}::`)) throw new ProviderError(`the package pulumi cannot read ${urn}`);
        const outputs = await readOutputs(store, id, project);
        const secretOutputNames = Object.keys(outputs).filter((name) => hasSecret(outputs[name]));
        return { id, props: { ...props, name: id, outputs, secretOutputNames } };
      },
    }),
  };
}

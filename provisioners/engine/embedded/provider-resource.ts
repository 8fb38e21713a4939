/** The provider of providers: what stands behind resources of the types `pulumi:providers:*`. Nothing of it exists outside the state. */
import { randomUUID } from 'node:crypto';
import type { Provider } from '@pulumi/pulumi/provider/index.js';
import { isEqual, type Props } from '../wire/values.ts';

function outputsOf(inputs: Props): Props {
  const { __internal: _internal, ...outputs } = inputs;
  return outputs;
}

export const providerOfProviders: Provider = {
  create: async (_urn, inputs: Props) => ({ id: randomUUID(), outs: outputsOf(inputs) }),
  update: async (_id, _urn, _olds, news: Props) => ({ outs: outputsOf(news) }),
  diff: async (_id, _urn, olds: Props, news: Props) => ({ changes: !isEqual(olds, outputsOf(news)) }),
  delete: async () => {},
};

/** An API key of a tenant: its hash in the registry. The plaintext waits, sealed, in the registry until the worker takes it; never in state. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { deleteKey, listKeys, makeKey, putKey, setKeyScopes } from '../../../../server/registry/keys.ts';
import { sealSecret } from '../../../../server/registry/seal.ts';
import { inTransaction } from '../cluster.ts';
import { markerOf } from '../names.ts';
import { defineKind } from './kind.ts';

const Inputs = z.strictObject({
  ref: z.string().min(1),
  scopes: z.array(z.enum(['read', 'write'])).min(1),
  /** A higher number replaces the key by a new one. */
  generation: z.int().positive(),
});

export const apiKey = defineKind({
  inputs: Inputs,
  replaceOn: ['ref', 'generation'],
  createOnly: [],

  /** A repeated create makes another key in the same row: the one that can be shown is the one that is valid. */
  create: async ({ cluster, envelopeKey }, urn, { ref, scopes, generation }) => {
    const marker = markerOf(urn);
    const id = createHash('sha256').update(`${marker} ${generation}`).digest('hex').slice(0, 32);
    const { key, prefix, hash } = makeKey();
    const client = await cluster.registry.connect();
    try {
      await inTransaction(client, () =>
        putKey(client, { id, ref, marker, scopes, prefix, hash, sealed: sealSecret(key, envelopeKey, ref) }),
      );
    } finally {
      client.release();
    }
    return { id, outs: { prefix, hash } };
  },

  read: async ({ cluster }, id, state) => {
    const keys = await listKeys(cluster.registry, z.string().parse(state['ref']));
    const found = keys.find((key) => key.id === id && key.revokedAt === null);
    return found === undefined ? null : { scopes: found.scopes, prefix: found.prefix, hash: found.hash };
  },

  update: async ({ cluster }, id, _urn, olds, { scopes }) => {
    await setKeyScopes(cluster.registry, id, scopes);
    return { prefix: olds['prefix'], hash: olds['hash'] };
  },

  delete: async ({ cluster }, id) => deleteKey(cluster.registry, id),
});

/** An API key of a tenant: its hash in the registry. The plaintext waits, sealed, in the registry until the worker takes it; never in state. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { deleteKey, listKeys, makeKey, putKey, setKey } from '../../../../server/registry/keys.ts';
import { sealSecret } from '../../../../server/registry/seal.ts';
import { inTransaction } from '../cluster.ts';
import { markerOf } from '../names.ts';
import { defineKind } from './kind.ts';

const Inputs = z.strictObject({
  ref: z.string().min(1),
  /** Which key of the tenant; absent: the one it is made with. */
  name: z.string().min(1).optional(),
  scopes: z.array(z.enum(['read', 'write'])).min(1),
  /** A higher number replaces the key by a new one. */
  generation: z.int().positive(),
  /** Of whom the rows are that it sees. */
  party: z.string().min(1).optional(),
  /** Refused from then on. */
  expiresAt: z.iso.datetime().optional(),
});

const endOf = (at: string | undefined): Date | null => (at === undefined ? null : new Date(at));

export const apiKey = defineKind({
  inputs: Inputs,
  replaceOn: ['ref', 'name', 'generation', 'party'],
  createOnly: [],

  /** A repeated create makes another key in the same row: the one that can be shown is the one that is valid. */
  create: async ({ cluster, envelopeKey }, urn, { ref, scopes, generation, party, expiresAt }) => {
    const marker = markerOf(urn);
    const id = createHash('sha256').update(`${marker} ${generation}`).digest('hex').slice(0, 32);
    const { key, prefix, hash } = makeKey();
    const client = await cluster.registry.connect();
    try {
      await inTransaction(client, () =>
        putKey(client, {
          id,
          ref,
          marker,
          scopes,
          party: party ?? null,
          expiresAt: endOf(expiresAt),
          prefix,
          hash,
          sealed: sealSecret(key, envelopeKey, ref),
        }),
      );
    } finally {
      client.release();
    }
    return { id, outs: { prefix, hash } };
  },

  read: async ({ cluster }, id, state) => {
    const keys = await listKeys(cluster.registry, z.string().parse(state['ref']));
    const found = keys.find((key) => key.id === id && key.revokedAt === null);
    if (found === undefined) return null;
    const { scopes, prefix, hash, party, expiresAt } = found;
    return { scopes, prefix, hash, ...(party && { party }), ...(expiresAt && { expiresAt: expiresAt.toISOString() }) };
  },

  update: async ({ cluster }, id, _urn, olds, { scopes, expiresAt }) => {
    await setKey(cluster.registry, id, { scopes, expiresAt: endOf(expiresAt) });
    return { prefix: olds['prefix'], hash: olds['hash'] };
  },

  delete: async ({ cluster }, id) => deleteKey(cluster.registry, id),
});

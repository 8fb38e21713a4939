import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  auditKeyId,
  canonicalEntry,
  CHAIN_START_HASH,
  chainHash,
  checkpointStatement,
  verifyChain,
  type ChainEntry,
  type Checkpoint,
  type SealedEntry,
} from './audit-chain.ts';

const entry = (n: number): ChainEntry => ({
  id: `id-${n}`,
  at: new Date(1_700_000_000_000 + n),
  organisationId: 'org',
  actorKind: 'user',
  actorId: 'u1',
  actorName: 'Chen Yu',
  behalfOf: '',
  rightUsed: 'order:place',
  action: 'order.place',
  subjectKind: 'order',
  subjectId: `o-${n}`,
  subjectName: `O-2026-000${n}`,
  before: {},
  after: { state: 'accepted', nested: { b: 1, a: [n] } },
  requestId: 'req',
  ip: '127.0.0.1',
});

async function chainOf(length: number): Promise<SealedEntry[]> {
  const sealed: SealedEntry[] = [];
  let prevHash = CHAIN_START_HASH;
  for (let n = 1; n <= length; n++) {
    const hash = await chainHash(prevHash, BigInt(n), canonicalEntry(entry(n)));
    sealed.push({ ...entry(n), chainSeq: BigInt(n), prevHash, hash });
    prevHash = hash;
  }
  return sealed;
}

async function signer() {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const sign = async (statement: string) => {
    const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, bytes(statement));
    return Buffer.from(signature).toString('base64');
  };
  const verify = (statement: string, signature: string) =>
    crypto.subtle.verify('Ed25519', pair.publicKey, Buffer.from(signature, 'base64'), bytes(statement));
  const checkpoint = async (of: SealedEntry): Promise<Checkpoint> => {
    const statement = { chainSeq: of.chainSeq, hash: of.hash, keyId: await auditKeyId('k'), at: new Date(0) };
    return { ...statement, signature: await sign(checkpointStatement(statement)) };
  };
  return { verify, checkpoint };
}

describe('a chain that nobody touched', () => {
  test('holds, with its checkpoints', async () => {
    const chain = await chainOf(5);
    const { verify, checkpoint } = await signer();
    const marks = [await checkpoint(chain[2]!), await checkpoint(chain[4]!)];
    expect(await verifyChain(chain, marks, verify)).toEqual({
      ok: true,
      checked: 5,
      headSeq: 5n,
      headHash: chain[4]!.hash,
      checkpoints: 2,
      signaturesValid: 2,
      broken: null,
    });
  });

  test('can be checked from a place that is known', async () => {
    const chain = await chainOf(5);
    const verdict = await verifyChain(chain.slice(3), [], null, { chainSeq: 3n, hash: chain[2]!.hash });
    expect(verdict).toMatchObject({ ok: true, checked: 2, headSeq: 5n });
  });

  test('an empty chain holds', async () => {
    expect(await verifyChain([], [], null)).toMatchObject({ ok: true, checked: 0, headHash: CHAIN_START_HASH });
  });
});

describe('tampering is found where it was done', () => {
  test('whatever field of whatever entry is changed', async () => {
    const chain = await chainOf(6);
    const fields = Object.keys(entry(1)).filter((key) => key !== 'at') as (keyof ChainEntry)[];
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.constantFrom(...fields), async (index, field) => {
        const forged = chain.map((row, i) => (i === index ? { ...row, [field]: 'forged' } : row));
        const verdict = await verifyChain(forged, [], null);
        expect(verdict.broken).toEqual({ chainSeq: BigInt(index + 1), reason: 'hash' });
      }),
      { numRuns: 40 },
    );
  });

  test('an entry taken out', async () => {
    const chain = await chainOf(4);
    expect((await verifyChain(chain.toSpliced(1, 1), [], null)).broken).toEqual({ chainSeq: 3n, reason: 'gap' });
  });

  test('a chain computed anew behind a checkpoint', async () => {
    const { verify, checkpoint } = await signer();
    const chain = await chainOf(3);
    const mark = await checkpoint(chain[2]!);
    const anew: SealedEntry[] = [];
    let prevHash = CHAIN_START_HASH;
    for (const row of chain) {
      const forged = { ...row, actorName: 'Nobody' };
      const hash = await chainHash(prevHash, row.chainSeq, canonicalEntry(forged));
      anew.push({ ...forged, prevHash, hash });
      prevHash = hash;
    }
    expect((await verifyChain(anew, [mark], verify)).broken).toEqual({ chainSeq: 3n, reason: 'checkpoint_hash' });
  });

  test('a tail cut off before a checkpoint, and a signature that is not ours', async () => {
    const { verify, checkpoint } = await signer();
    const chain = await chainOf(3);
    const mark = await checkpoint(chain[2]!);
    expect((await verifyChain(chain.slice(0, 2), [mark], verify)).broken).toEqual({
      chainSeq: 3n,
      reason: 'checkpoint_missing',
    });
    const other = await signer();
    expect((await verifyChain(chain, [mark], other.verify)).broken).toEqual({ chainSeq: 3n, reason: 'signature' });
  });
});

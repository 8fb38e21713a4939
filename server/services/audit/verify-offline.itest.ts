import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller } from '../../api/root.ts';
import { importSigningKey, newTokenKeyPair } from '../../domain/access-token.ts';
import { auditKeyId } from '../../domain/audit-chain.ts';
import { newId } from '../../domain/ids.ts';
import { makeServiceWorld, type ServiceWorld } from '../../testing/service-world.ts';
import { waitFor } from '../../testing/wait-for.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { sealAudit } from '../../worker/schedules/seal-audit.ts';

const VERIFIER = path.resolve(import.meta.dirname, '../../../docs/verify-audit.mjs');

let world: ServiceWorld;
let folder: string;
let publicKey: string;
let jsonl: string;

beforeAll(async () => {
  world = await makeServiceWorld();
  folder = await mkdtemp(path.join(tmpdir(), 'audit-offline-'));
  const pair = await newTokenKeyPair();
  publicKey = pair.publicKey;
  const auditor = createCaller({
    ...world.context(world.actors.auditor),
    ports: { ...world.ports, auditPublicKey: publicKey },
  });
  const { previewId } = await world.readyPreview();
  await world.as('customer_admin').orders.place({ previewId, idempotencyKey: newId() });
  const key = await importSigningKey(pair.privateKey);
  const sign = async (statement: string) =>
    Buffer.from(await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(statement))).toString('base64');
  const settings = { keyId: await auditKeyId(publicKey), file: path.join(folder, 'checkpoints.jsonl'), sign };
  await waitFor(
    async () => {
      await sealAudit({ db: world.db, clock: () => new Date() } as WorkerContext, settings);
      const { unsealed, lastCheckpoint } = await auditor.audit.status();
      return unsealed === 0 && lastCheckpoint !== null;
    },
    { what: 'the seal' },
  );
  ({ jsonl } = await auditor.audit.export({}));
});

afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** Runs the verifier as an outsider would: one file, plain Node. */
async function verify(
  text: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string }> {
  const file = path.join(folder, `${newId()}.jsonl`);
  await writeFile(file, text);
  return new Promise((resolve) => {
    execFile(process.execPath, [VERIFIER, file, ...args], (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout }),
    );
  });
}

describe('the verifier without dependencies', () => {
  test('accepts an export as it was made', async () => {
    const { code, out } = await verify(jsonl, '--key', publicKey);
    expect(out).toContain('The export holds.');
    expect(code).toBe(0);
  });

  test('names the entry whose text was changed', async () => {
    const { code, out } = await verify(jsonl.replace('order.place', 'order.plaze'), '--key', publicKey);
    expect(out).toMatch(/BROKEN {2}entry \d+: its text does not give its hash/);
    expect(code).toBe(1);
  });

  test('refuses another key, and signatures that are not of the noted one', async () => {
    const { code, out } = await verify(jsonl, '--key', (await newTokenKeyPair()).publicKey);
    expect(out).toContain('another public key than the one you noted');
    expect(out).toMatch(/checkpoint \d+: the signature is not of this key/);
    expect(code).toBe(1);
  });
});

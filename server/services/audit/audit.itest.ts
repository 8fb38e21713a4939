import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller } from '../../api/root.ts';
import { importSigningKey, newTokenKeyPair } from '../../domain/access-token.ts';
import { auditKeyId, chainHash } from '../../domain/audit-chain.ts';
import { newId } from '../../domain/ids.ts';
import { makeServiceWorld, type Caller, type ServiceWorld } from '../../testing/service-world.ts';
import { waitFor } from '../../testing/wait-for.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { sealAudit } from '../../worker/schedules/seal-audit.ts';

let world: ServiceWorld;
let auditor: Caller;
let folder: string;
beforeAll(async () => {
  world = await makeServiceWorld();
  folder = await mkdtemp(path.join(tmpdir(), 'audit-'));
  const pair = await newTokenKeyPair();
  auditor = createCaller({
    ...world.context(world.actors.auditor),
    ports: { ...world.ports, auditPublicKey: pair.publicKey },
  });
  for (let i = 0; i < 3; i++) {
    const { previewId } = await world.readyPreview();
    await world.as('customer_admin').orders.place({ previewId, idempotencyKey: newId() });
  }
  await seal(pair);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** As the worker does it, until nothing waits. */
async function seal({ privateKey, publicKey }: { privateKey: string; publicKey: string }): Promise<void> {
  const key = await importSigningKey(privateKey);
  const sign = async (statement: string) =>
    Buffer.from(await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(statement))).toString('base64');
  const ctx = { db: world.db, clock: () => new Date() } as WorkerContext;
  const settings = { keyId: await auditKeyId(publicKey), file: path.join(folder, 'checkpoints.jsonl'), sign };
  await waitFor(
    async () => {
      await sealAudit(ctx, settings);
      const { unsealed, lastCheckpoint } = await auditor.audit.status();
      return unsealed === 0 && lastCheckpoint !== null;
    },
    { what: 'the seal' },
  );
}

/** Change an entry as nobody may: past the triggers. */
async function forge(sql: string): Promise<void> {
  await world.sql(`ALTER TABLE "AuditEntry" DISABLE TRIGGER USER`);
  await world.sql(sql);
  await world.sql(`ALTER TABLE "AuditEntry" ENABLE TRIGGER USER`);
}

describe('verifying', () => {
  test('an untouched chain holds, hashes and signatures', async () => {
    const { entries } = await auditor.audit.status();
    const verdict = await auditor.audit.verify({});
    expect(verdict).toMatchObject({ ok: true, checked: entries, unsealed: 0, signaturesChecked: true, broken: null });
    expect(verdict.checkpoints).toBeGreaterThan(0);
    expect(verdict.signaturesValid).toBe(verdict.checkpoints);
    expect(await auditor.audit.verify({ from: 'last_checkpoint' })).toMatchObject({
      ok: true,
      checked: 0,
      toSeq: verdict.toSeq,
    });
  });

  test('a customer may verify too, and learns nothing of others', async () => {
    const verdict = await world.as('foreign_admin').audit.verify({});
    expect(verdict).toMatchObject({ ok: true, signaturesChecked: false });
    expect((await world.as('foreign_admin').audit.search({})).items).toEqual([]);
  });

  test('an entry that was changed in the database is found at its place', async () => {
    await forge(`UPDATE "AuditEntry" SET "actorName" = 'Nobody' WHERE "chainSeq" = 4`);
    expect((await auditor.audit.verify({})).broken).toEqual({ chainSeq: 4n, reason: 'hash' });
    await forge(`UPDATE "AuditEntry" SET "actorName" = 'bootstrap' WHERE "chainSeq" = 4`);
    expect((await auditor.audit.verify({})).ok).toBe(true);
  });

  test('an entry that was taken away leaves a gap', async () => {
    await forge(
      `CREATE TABLE stolen AS SELECT * FROM "AuditEntry" WHERE "chainSeq" = 3; DELETE FROM "AuditEntry" WHERE "chainSeq" = 3`,
    );
    expect((await auditor.audit.verify({})).broken).toEqual({ chainSeq: 4n, reason: 'gap' });
    await forge(`INSERT INTO "AuditEntry" SELECT * FROM stolen`);
  });
});

test('an entry shows before and after, and enough to compute its hash anew', async () => {
  const { items } = await auditor.audit.search({ action: 'order.place' });
  const entry = await auditor.audit.byId({ id: items[0]!.id });
  expect(entry).toMatchObject({
    actorName: 'Chen Yu',
    rightUsed: 'order:place',
    before: {},
    after: { state: 'accepted' },
    ip: '127.0.0.1',
  });
  expect(await chainHash(entry.prevHash!, entry.chainSeq!, entry.canonical)).toBe(entry.hash);
  expect(entry.previous?.hash).toBe(entry.prevHash);
});

test('an export can be checked without us', async () => {
  const { jsonl, entries, truncated } = await auditor.audit.export({});
  const lines = jsonl
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(lines[0]).toMatchObject({ kind: 'header', entries });
  expect(truncated).toBe(false);
  const rows = lines.filter(({ kind }) => kind === 'entry');
  expect(rows).toHaveLength(entries);
  for (const row of rows) expect(await chainHash(row.prevHash!, BigInt(row.chainSeq!), row.canonical!)).toBe(row.hash);
  expect(lines.at(-1)).toMatchObject({
    kind: 'checkpoint',
    statement: expect.stringContaining(rows.at(-1)!.hash!) as string,
  });
});

test('searching finds by person, action, subject and time', async () => {
  const search = async (filter: object) => (await auditor.audit.search(filter)).items.length;
  expect(await search({ q: 'chen', action: 'order' })).toBe(3);
  expect(await search({ subjectKind: 'order', to: new Date(0) })).toBe(0);
  const page = await auditor.audit.search({ limit: 2, action: 'order' });
  expect(page).toMatchObject({ total: 3, items: [{}, {}] });
  const next = await auditor.audit.search({ limit: 2, action: 'order', cursor: page.nextCursor });
  expect(next).toMatchObject({ nextCursor: null, items: [{}] });
});

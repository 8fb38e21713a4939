/** A tenant's keys after its program has run: what the target made of each goes into rows, what people are to see once is moved to them. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { StateResource } from '../../provisioners/engine/port.ts';
import type { Transaction } from '../db/client.ts';
import { newId } from '../domain/ids.ts';
import { FIRST_KEY, FIRST_KEYS, KeyParams, type KeySpec } from '../domain/keys.ts';
import { targetOf, type WorkerContext } from './context.ts';
import type { TenantSpec } from './graph.ts';
import { asHolder } from './holder.ts';
import type { HeldRun } from './run-record.ts';

const KEY_KEPT_MS = 7 * 24 * 3_600_000;

const Secret = z.object({
  name: z.string().default(FIRST_KEY),
  generation: z.int(),
  prefix: z.string(),
  hash: z.string(),
});

interface Made extends z.infer<typeof Secret> {
  readonly registryId: string;
}

/** The secrets that a tenant's state has. */
function secretsIn(resources: readonly StateResource[]): readonly Made[] {
  return resources.flatMap(({ type, id, outputs }) => {
    const secret = type.endsWith(':ApiKey') ? Secret.safeParse(outputs) : null;
    return secret?.success ? [{ ...secret.data, registryId: id ?? '' }] : [];
  });
}

/** Moves new keys' plaintexts, sealed, from the target to the rows from which they are shown once. A key that was moved before, by a worker
 * that died before the target forgot it, is not moved again: somebody may have seen it. */
export async function keepKeys(ctx: WorkerContext, run: HeldRun): Promise<void> {
  const { tenantId, organisationId } = run.row;
  await targetOf(ctx, run.spec.target).takeKey(run.spec.ref, async (key, registryId) => {
    const hash = createHash('sha256').update(key, 'utf8').digest('hex');
    const expiresAt = new Date(ctx.clock().getTime() + KEY_KEPT_MS);
    const sealed = ctx.seal(key, run.spec.ref);
    await asHolder(ctx, run.hold, async (tx) => {
      const moved = await tx.keyReveal.findFirst({ where: { tenantId, hash }, select: { id: true } });
      const told = await tx.tenantKeyVersion.findFirst({ where: { hash, key: { tenantId } }, select: { hash: true } });
      if (moved || told) return;
      await tx.keyReveal.deleteMany({ where: { tenantId, registryId } });
      const reveal = { id: newId(), tenantId, organisationId, registryId, hash, sealed, expiresAt };
      await tx.keyReveal.createMany({ data: reveal });
    });
  });
}

/** Brings the rows of a tenant's keys to what its program made of them. */
export async function writeKeys(
  tx: Transaction,
  run: HeldRun,
  { keys = FIRST_KEYS }: Pick<TenantSpec, 'keys'>,
  resources: readonly StateResource[],
): Promise<void> {
  const { tenantId } = run.row;
  const made = secretsIn(resources);
  const rows = await tx.tenantKey.findMany({ where: { tenantId, revokedAt: null } });
  const gone = rows.filter(({ name }) => !keys.some((key) => key.name === name)).map(({ id }) => id);
  const revoked = { revokedAt: new Date(), revokedById: run.row.requestedById };
  await tx.tenantKey.updateMany({ where: { id: { in: gone } }, data: revoked });
  for (const key of keys) {
    const id = rows.find(({ name }) => name === key.name)?.id ?? (await addKey(tx, run, key));
    await tx.tenantKey.updateMany({ where: { id }, data: { lifetimeDays: key.lifetimeDays } });
    await writeVersions(tx, run, { id, key, made });
  }
  const known = await tx.tenantKeyVersion.findMany({
    where: { key: { tenantId, revokedAt: null } },
    select: { hash: true },
  });
  const hashes = ['', ...known.map(({ hash }) => hash)];
  await tx.keyReveal.deleteMany({ where: { tenantId, hash: { notIn: hashes } } }); // what nobody can use is shown to nobody
}

async function addKey(tx: Transaction, run: HeldRun, key: KeySpec): Promise<string> {
  const { tenantId, organisationId, requestedById, params } = run.row;
  const change = KeyParams.safeParse(params);
  const asked = change.success && change.data.key.op === 'create' && change.data.key.name === key.name;
  const id = asked && change.success ? change.data.key.keyId : newId();
  const { name, party, lifetimeDays } = key;
  const data = { id, organisationId, tenantId, name, scopes: key.scopes, party, lifetimeDays };
  await tx.tenantKey.createMany({ data: { ...data, createdById: asked ? requestedById : null } });
  return id;
}

async function writeVersions(
  tx: Transaction,
  run: HeldRun,
  { id: keyId, key, made }: { readonly id: string; readonly key: KeySpec; readonly made: readonly Made[] },
): Promise<void> {
  const generations = key.versions.map(({ generation }) => generation);
  await tx.tenantKeyVersion.deleteMany({ where: { keyId, generation: { notIn: generations } } });
  for (const { generation, expiresAt } of key.versions) {
    const secret = made.find((one) => one.name === key.name && one.generation === generation);
    const facts = {
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
      ...(secret && { registryId: secret.registryId, prefix: secret.prefix, hash: secret.hash }),
    };
    const changed = await tx.tenantKeyVersion.updateMany({ where: { keyId, generation }, data: facts });
    if (changed.count > 0) continue;
    const createdById = KeyParams.safeParse(run.row.params).success ? run.row.requestedById : null;
    await tx.tenantKeyVersion.createMany({ data: { keyId, generation, createdById, ...facts } });
  }
}

/** Forgets plaintexts that no key of the tenant's rows has: those of a run that was taken back. */
export async function forgetUnknownReveals(tx: Transaction, tenantId: string): Promise<void> {
  const known = await tx.tenantKeyVersion.findMany({ where: { key: { tenantId } }, select: { hash: true } });
  await tx.keyReveal.deleteMany({ where: { tenantId, hash: { notIn: ['', ...known.map(({ hash }) => hash)] } } });
}

/** A key of a tenant is made, replaced or revoked: asked for here, done by a run behind those that are there. */
import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { Transaction } from '../../db/client.ts';
import { inScope } from '../../db/scope.ts';
import { newId, type TenantId } from '../../domain/ids.ts';
import { KEYS_MAX, KeyParams, type KeyChange } from '../../domain/keys.ts';
import { LIFECYCLE } from '../../domain/lifecycle.ts';
import type { ServiceContext } from '../context.ts';
import { once } from '../idempotency.ts';
import { manifestOf } from '../references.ts';
import { lockTenant, queueRun, refusalAfterQueue } from '../runs/queue-run.ts';
import { audit, authorize, found, refuse, scopeOf, toJson } from '../support.ts';
import type { AskedKey, CreateKeyInput, RevokeKeyInput, RotateKeyInput } from '../views/keys.ts';
import { hasParties } from './parties.ts';

type TenantRow = NonNullable<Awaited<ReturnType<typeof lockTenant>>>;
type KeyRow = Prisma.TenantKeyGetPayload<object>;
type Asked = z.input<typeof AskedKey>;

const NEEDS = LIFECYCLE.rekey.needs;

/** @throws DomainError `name_taken` by a key that is there or about to be; `party_unknown` where keys cannot be bound to one */
export async function createKey(ctx: ServiceContext, input: z.output<typeof CreateKeyInput>): Promise<Asked> {
  return ask(ctx, input, async (tx, tenant) => {
    const { name, party } = input;
    const coming = await pendingChanges(tx, tenant.id);
    const rows = await tx.tenantKey.findMany({ where: { tenantId: tenant.id, revokedAt: null } });
    const going = coming.some((change) => change.op === 'revoke' && change.name === name);
    const taken = coming.findLast((change) => change.name === name)?.op === 'create';
    if (taken || (!going && rows.some((row) => row.name === name))) refuse({ code: 'name_taken', name });
    const used = rows.length + coming.filter(({ op }) => op === 'create').length;
    if (used >= KEYS_MAX) refuse({ code: 'capacity_exceeded', resource: 'keys', asked: 1, free: 0, unit: 'keys' });
    if (party !== null) await assertParties(tx, tenant);
    const { scopes, expiresInDays: lifetimeDays } = input;
    const facts = { name, scopes: [...new Set(scopes)].toSorted(), party, lifetimeDays };
    return { op: 'create', keyId: newId(), at: ctx.ports.now().toISOString(), ...facts };
  });
}

/** @throws DomainError `not_found` for a key that is not there, or not any more */
export async function rotateKey(ctx: ServiceContext, input: z.output<typeof RotateKeyInput>): Promise<Asked> {
  return ask(ctx, input, async (tx, tenant) => {
    const { id: keyId, name, lifetimeDays: before } = await liveKey(tx, tenant, input.keyId);
    const { overlapHours, expiresInDays: lifetimeDays = before } = input;
    return { op: 'rotate', keyId, name, at: ctx.ports.now().toISOString(), lifetimeDays, overlapHours };
  });
}

/** @throws DomainError as `rotateKey` */
export async function revokeKey(ctx: ServiceContext, input: z.output<typeof RevokeKeyInput>): Promise<Asked> {
  return ask(ctx, input, async (tx, tenant) => {
    const { id: keyId, name } = await liveKey(tx, tenant, input.keyId);
    return { op: 'revoke', keyId, name, at: ctx.ports.now().toISOString() };
  });
}

interface Request {
  readonly tenantId: TenantId;
  readonly idempotencyKey: string;
}

/** @param decide the change, from what the tenant has and what is on its way */
async function ask(
  ctx: ServiceContext,
  input: Request,
  decide: (tx: Transaction, tenant: TenantRow) => Promise<KeyChange>,
): Promise<Asked> {
  return inScope(ctx.db, scopeOf(ctx.actor), async (tx) => {
    const tenant = found(ctx.actor, 'tenant', await lockTenant(tx, input.tenantId));
    authorize(ctx.actor, NEEDS);
    const { organisationId } = tenant;
    const { idempotencyKey: key, ...request } = input;
    return once(tx, { organisationId, key, operation: 'tenant.key', input: request }, async () => {
      const fault = await refusalAfterQueue(tx, tenant, 'rekey');
      if (fault) refuse(fault);
      const change = await decide(tx, tenant);
      const warning = (await isLastWriter(tx, tenant.id, change)) ? 'last_write_key' : null;
      const runId = await queueRun(ctx, tx, { tenant, action: 'rekey', params: KeyParams.parse({ key: change }) });
      await audit(ctx, tx, {
        organisationId,
        right: NEEDS,
        action: `tenant.key.${change.op}`,
        subjectKind: 'tenant',
        subjectId: tenant.id,
        subjectName: tenant.name,
        after: toJson({ ...change, runId, ...(warning && { warning }) }),
      });
      return { keyId: change.keyId, runId, warning };
    });
  });
}

async function liveKey(tx: Transaction, tenant: TenantRow, keyId: string): Promise<KeyRow> {
  const row = await tx.tenantKey.findUnique({ where: { id: keyId, tenantId: tenant.id, revokedAt: null } });
  const going = await pendingChanges(tx, tenant.id);
  if (row === null || going.some((change) => change.op === 'revoke' && change.keyId === keyId)) {
    return refuse({ code: 'not_found', what: 'key' });
  }
  return row;
}

/** Changes of keys that are asked for and not done yet, in order. */
export async function pendingChanges(
  tx: Transaction,
  tenantId: string,
): Promise<readonly (KeyChange & { readonly runId: string })[]> {
  const runs = await tx.run.findMany({
    where: { tenantId, action: 'rekey', state: { in: ['queued', 'planning', 'awaiting_approval', 'running'] } },
    orderBy: { number: 'asc' },
    select: { id: true, params: true },
  });
  return runs.flatMap(({ id, params }) => {
    const known = KeyParams.safeParse(params);
    return known.success ? [{ ...known.data.key, runId: id }] : [];
  });
}

/** Whether afterwards no key may write for the whole tenant. */
async function isLastWriter(tx: Transaction, tenantId: string, change: KeyChange): Promise<boolean> {
  if (change.op !== 'revoke') return false;
  const writers = await tx.tenantKey.findMany({
    where: { tenantId, revokedAt: null, scopes: { has: 'write' }, party: null },
    select: { id: true },
  });
  return writers.length === 1 && writers[0]?.id === change.keyId;
}

async function assertParties(tx: Transaction, tenant: TenantRow): Promise<void> {
  const { offeringVersion, ...row } = await tx.tenant.findUniqueOrThrow({
    where: { id: tenant.id },
    include: { offeringVersion: true },
  });
  const manifest = manifestOf(offeringVersion);
  if (!hasParties(manifest, row)) refuse({ code: 'party_unknown', offering: manifest.slug });
}

/** The keys of a tenant, as people see them: never a secret, only how each begins. */
import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { RunId, TenantId } from '../../domain/ids.ts';
import { KEYS_MAX, keyState, type KeyScopes } from '../../domain/keys.ts';
import type { ServiceContext } from '../context.ts';
import { manifestOf, SELECT_PERSON } from '../references.ts';
import { authorize, found, transact } from '../support.ts';
import type { KeyList, KeyView } from '../views/keys.ts';
import { pendingChanges } from './ask-key.ts';
import { hasParties } from './parties.ts';

const INCLUDE = {
  createdBy: SELECT_PERSON,
  revokedBy: SELECT_PERSON,
  versions: { orderBy: { generation: 'desc' }, include: { createdBy: SELECT_PERSON } },
} as const satisfies Prisma.TenantKeyInclude;
type KeyRow = Prisma.TenantKeyGetPayload<{ include: typeof INCLUDE }>;

/** Of keys that were revoked long ago the audit trail tells. */
const REVOKED_SHOWN = 20;

export async function listKeys(ctx: ServiceContext, tenantId: TenantId): Promise<z.input<typeof KeyList>> {
  authorize(ctx.actor, 'tenant:read');
  return transact(ctx, async (tx) => {
    const include = { offeringVersion: true } as const;
    const tenant = found(ctx.actor, 'tenant', await tx.tenant.findUnique({ where: { id: tenantId }, include }));
    // Runs first: a key whose run ends between the two reads is then shown as it is, or still as being changed.
    const pending = await pendingChanges(tx, tenantId);
    // One read, so that no key is in it twice; those in use first.
    const rows = await tx.tenantKey.findMany({
      where: { tenantId },
      include: INCLUDE,
      orderBy: [{ revokedAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'asc' }],
      take: KEYS_MAX + REVOKED_SHOWN,
    });
    const now = ctx.ports.now();
    const reveals = await tx.keyReveal.findMany({ where: { tenantId, expiresAt: { gt: now } } });
    const until = new Map(reveals.map(({ hash, expiresAt }) => [hash, expiresAt]));
    return {
      keys: rows.map((row) => keyView(row, { now, retiredAt: tenant.retiredAt, until })),
      pending: pending.map(({ runId, op, name }) => ({ runId: runId as RunId, op, name })),
      parties: hasParties(manifestOf(tenant.offeringVersion), tenant),
    };
  });
}

function keyView(
  row: KeyRow,
  { now, retiredAt, until }: { readonly now: Date; readonly retiredAt: Date | null; readonly until: Map<string, Date> },
): z.input<typeof KeyView> {
  const { id, name, scopes, party, lifetimeDays, createdAt, createdBy, revokedBy, versions } = row;
  const revokedAt = row.revokedAt ?? retiredAt; // a tenant's end is its keys' end
  return {
    id,
    name,
    scopes: scopes as KeyScopes,
    party,
    state: keyState({ revokedAt, expiresAt: versions[0]?.expiresAt ?? null }, now),
    lifetimeDays,
    createdAt,
    createdBy,
    revokedAt,
    revokedBy,
    secrets: versions
      .filter(({ expiresAt }, index) => index === 0 || expiresAt === null || expiresAt > now)
      .map((version) => ({
        generation: version.generation,
        prefix: version.prefix,
        createdAt: version.createdAt,
        createdBy: version.createdBy,
        expiresAt: version.expiresAt,
        lastUsedAt: version.lastUsedAt,
        revealUntil: (version.hash !== '' && until.get(version.hash)) || null,
      })),
  };
}

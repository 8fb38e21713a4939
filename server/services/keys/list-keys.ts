/** The keys of a tenant, as people see them: never a secret, only how each begins. */
import type { z } from 'zod';
import type { Prisma } from '../../../prisma/generated/client.ts';
import type { RunId, TenantId } from '../../domain/ids.ts';
import { keyState, type KeyScopes } from '../../domain/keys.ts';
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
    const live = await tx.tenantKey.findMany({
      where: { tenantId, revokedAt: null },
      include: INCLUDE,
      orderBy: { createdAt: 'asc' },
    });
    const revoked = await tx.tenantKey.findMany({
      where: { tenantId, revokedAt: { not: null } },
      include: INCLUDE,
      orderBy: { revokedAt: 'desc' },
      take: REVOKED_SHOWN,
    });
    const now = ctx.ports.now();
    const reveals = await tx.keyReveal.findMany({ where: { tenantId, expiresAt: { gt: now } } });
    const until = new Map(reveals.map(({ hash, expiresAt }) => [hash, expiresAt]));
    const pending = await pendingChanges(tx, tenantId);
    return {
      keys: [...live, ...revoked].map((row) => keyView(row, { now, retiredAt: tenant.retiredAt, until })),
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

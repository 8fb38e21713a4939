/**
 * A platform without worker and tenants, for tests of services and API: a real database and queue, one orderable offering, the first people,
 * and a second customer to be foreign. What the worker would write is written here as rows.
 */
import { randomBytes } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { Client } from 'pg';
import type { ApiContext } from '../api/context.ts';
import { createCaller } from '../api/root.ts';
import { hashPassword } from '../auth/passwords.ts';
import { createDatabase, type Database } from '../db/client.ts';
import { listenEvents } from '../db/events.ts';
import { createJobSender } from '../db/queue.ts';
import { inScope, PLATFORM } from '../db/scope.ts';
import { importSigningKey, newTokenKeyPair, signAccessToken } from '../domain/access-token.ts';
import type { Configuration } from '../domain/configuration.ts';
import { newId } from '../domain/ids.ts';
import { planHash } from '../domain/plan-hash.ts';
import type { Actor, Right, Role } from '../domain/policy.ts';
import { openSecret } from '../registry/seal.ts';
import { bootstrapInstallation } from '../services/bootstrap.ts';
import type { Ports } from '../services/context.ts';
import { publishOfferings } from '../services/publish-offerings.ts';
import { createMigratedDatabase, type MigratedDatabase } from './postgres.ts';
import { goodsOffering } from './goods-offering.ts';

export type Caller = ReturnType<typeof createCaller>;
export type Who = Role | 'foreign_admin';

export interface ServiceWorld {
  readonly platform: MigratedDatabase;
  readonly db: Database;
  readonly ports: Ports;
  readonly envelopeKey: string;
  readonly tokenPublicKey: string;
  readonly boss: PgBoss;
  /** Everybody's password. */
  readonly password: string;
  /** What `onInternalError` was told. */
  readonly internalErrors: unknown[];
  readonly actors: Readonly<Record<Who, Actor>>;
  /** The API as this person; with scopes as a token of theirs. */
  as(who: Who, scopes?: readonly Right[]): Caller;
  context(actor: Actor | null): ApiContext;
  /** Runs SQL as superuser. */
  sql<T extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Rows of every table, to see that nothing was written. */
  rowCounts(): Promise<Record<string, number>>;
  /** Writes what the worker answers to a preview. */
  answerPreview(previewId: string, resources?: readonly object[]): Promise<string>;
  /** A ready preview of the customer's. */
  readyPreview(change?: Partial<Configuration>, who?: Who): Promise<{ previewId: string; planHash: string }>;
  close(): Promise<void>;
}

export const configuration = (change: Partial<Configuration> = {}): Configuration => ({
  offering: 'goods',
  model: 'public',
  plan: 'S',
  name: `shop-${randomBytes(4).toString('hex')}`,
  modules: [],
  params: { holdMinutes: 15 },
  currency: 'CNY',
  termMonths: 1,
  volume: null,
  ...change,
});

export async function makeServiceWorld(): Promise<ServiceWorld> {
  const platform = await createMigratedDatabase();
  const boss = new PgBoss({ connectionString: platform.ownerUrl, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue('run', { policy: 'key_strict_fifo' });
  await boss.createQueue('preview', { policy: 'standard' });
  const db = createDatabase(platform.applicationUrl);
  const client = new Client({ connectionString: platform.url });
  await client.connect();
  const password = 'correct horse battery';
  await publishOfferings(db, [goodsOffering()]);
  await publishOfferings(db, [
    { ...goodsOffering({ slug: 'closed', lifecycle: 'preview' }), prices: [] },
    goodsOffering(),
  ]);
  await addTarget(db);
  await bootstrapInstallation(db, 'demo');
  const actors = await peopleOf(db, password);
  const envelopeKey = randomBytes(32).toString('base64');
  const pair = await newTokenKeyPair();
  const key = await importSigningKey(pair.privateKey);
  const events = listenEvents(platform.applicationUrl);
  const jobs = createJobSender(platform.applicationUrl);
  const ports: Ports = {
    openSealed: (sealed, ref) => openSecret(sealed, envelopeKey, ref),
    signAccess: (grant) => signAccessToken(key, { ...grant, iss: 'portal' }),
    fetch,
    gatewayUrl: 'http://127.0.0.1:9',
    portalUrl: 'http://localhost:3000',
    auditPublicKey: null,
    events,
    jobs,
    now: () => new Date(),
  };
  const internalErrors: unknown[] = [];
  const context = (actor: Actor | null): ApiContext => ({
    db,
    ports,
    actor,
    refused: null,
    requestId: `req_${newId()}`,
    ip: '127.0.0.1',
    onInternalError: (error) => internalErrors.push(error),
  });
  const world: ServiceWorld = {
    platform,
    db,
    ports,
    envelopeKey,
    tokenPublicKey: pair.publicKey,
    boss,
    password,
    internalErrors,
    actors,
    as: (who, scopes) =>
      createCaller(context(scopes ? { ...actors[who], kind: 'token', scopes, tokenId: newId() } : actors[who])),
    context,
    sql: async <T extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<T>(text, [...values])).rows,
    rowCounts: () => countRows(client),
    answerPreview: (previewId, resources) => answerPreview(client, previewId, resources),
    async readyPreview(change = {}, who = 'customer_admin') {
      const { previewId } = await world.as(who).previews.create({ configuration: configuration(change) });
      return { previewId, planHash: await answerPreview(client, previewId) };
    },
    async close() {
      await Promise.all([events.close(), jobs.close(), db.$disconnect(), client.end(), boss.stop({ graceful: false })]);
      await platform.drop();
    },
  };
  return world;
}

async function addTarget(db: Database): Promise<void> {
  await inScope(db, PLATFORM, async (tx) => {
    await tx.region.create({ data: { code: 'local-1', nameEn: 'Local', nameZh: '本地' } });
    const data = { id: newId(), name: 'local', regionCode: 'local-1', models: ['public' as const, 'private' as const] };
    await tx.target.create({ data: { ...data, healthy: true, capacity: [], seenAt: new Date() } });
  });
}

/** One password for everybody, a member beside the customer's admin, and a customer apart. */
async function peopleOf(db: Database, password: string): Promise<Record<Who, Actor>> {
  const passwordHash = await hashPassword(password);
  return inScope(db, PLATFORM, async (tx) => {
    const lanhai = await tx.organisation.findUniqueOrThrow({ where: { slug: 'lanhai-retail' } });
    const other = await tx.organisation.create({
      data: { id: newId(), slug: 'other', name: 'Other', kind: 'customer' },
    });
    for (const [organisationId, role, name] of [
      [lanhai.id, 'customer_member', 'Wu Min'],
      [other.id, 'customer_admin', 'Ana Foreign'],
    ] as const) {
      const userId = newId();
      await tx.user.create({
        data: { id: userId, name, email: `${name.replace(' ', '.').toLowerCase()}@x.example`, passwordHash },
      });
      await tx.membership.create({ data: { id: newId(), organisationId, userId, role } });
    }
    await tx.user.updateMany({ data: { passwordHash } });
    const rows = await tx.membership.findMany({ include: { user: true, organisation: true } });
    const entries = rows.map(({ user, organisation, role }) => {
      const who: Who = organisation.id === other.id ? 'foreign_admin' : role;
      const { id: userId, name, email } = user;
      const actor = {
        kind: 'user',
        userId,
        name,
        email,
        orgId: organisation.id,
        orgName: organisation.name,
        role,
        scopes: null,
        tokenId: null,
      };
      return [who, actor as Actor] as const;
    });
    return Object.fromEntries(entries) as Record<Who, Actor>;
  });
}

async function answerPreview(client: Client, previewId: string, resources?: readonly object[]): Promise<string> {
  const row = {
    urn: 'urn:x',
    type: 'local:Role',
    name: 'owner',
    parent: null,
    operation: 'create',
    changes: [],
    inputs: {},
  } as const;
  const planned = (resources ?? [row]) as (typeof row)[];
  const hash = await planHash({ resources: planned });
  await client.query(
    `UPDATE "PlanPreview" SET state = 'ready', plan = $2, "planHash" = $3, "computedAt" = now() WHERE id = $1`,
    [previewId, JSON.stringify({ resources: planned, counts: { create: planned.length } }), hash],
  );
  return hash;
}

/** What reading may change: last use of tokens. Everything else counts. */
async function countRows(client: Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' OR (schemaname = 'pgboss' AND tablename LIKE 'job%')`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of rows) {
    const { rows: counted } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${name}`);
    counts[name] = counted[0]!.n;
  }
  return counts;
}

// `npm run tenant -- keys`: the API keys of a tenant; a new secret is printed once.
import { randomUUID } from 'node:crypto';
import type { TenantId } from '../domain/ids.ts';
import { KEY_DAYS_MAX, KeyScopes, OVERLAP_HOURS_MAX } from '../domain/keys.ts';
import { OutcomeError, UsageError } from './errors.ts';
import { factsLine, followRun } from './follow-run.ts';
import { result, say } from './output.ts';
import type { Portal } from './portal.ts';

export interface KeyOptions {
  readonly json: boolean;
  readonly name: string | undefined;
  readonly scopes: string | undefined;
  readonly party: string | undefined;
  readonly expiresInDays: string | undefined;
  readonly overlapHours: string | undefined;
}

type Tenant = { readonly id: TenantId; readonly name: string };
type KeyList = Awaited<ReturnType<Portal['keys']['list']['query']>>;
type Key = KeyList['keys'][number];

const VERBS: Record<string, (portal: Portal, tenant: Tenant, options: KeyOptions) => Promise<void>> = {
  list,
  create,
  rotate,
  revoke,
};

/** @throws UsageError, OutcomeError, or the portal's refusal */
export async function runKeys(portal: Portal, verb: string, tenant: Tenant, options: KeyOptions): Promise<void> {
  const run = VERBS[verb];
  if (!run) throw new UsageError(`keys ${verb}: one of ${Object.keys(VERBS).join(', ')}`);
  await run(portal, tenant, options);
}

async function list(portal: Portal, tenant: Tenant, { json }: KeyOptions): Promise<void> {
  const { keys } = await portal.keys.list.query({ tenantId: tenant.id });
  if (json) return result(JSON.stringify(keys));
  for (const { name, scopes, party, state, secrets } of keys) {
    const [newest] = secrets;
    const until = newest?.expiresAt?.toISOString().slice(0, 16) ?? 'no end';
    const used = newest?.lastUsedAt?.toISOString().slice(0, 16) ?? 'never used';
    const words = [
      name.padEnd(20),
      `${newest?.prefix ?? ''}…`,
      scopes.join('+').padEnd(10),
      state.padEnd(8),
      until,
      used,
    ];
    result([...words, ...(party === null ? [] : [`party ${party}`])].join('  '));
  }
}

async function create(portal: Portal, tenant: Tenant, options: KeyOptions): Promise<void> {
  const name = named(options);
  const scopes = KeyScopes.safeParse((options.scopes ?? 'read,write').split(','));
  if (!scopes.success) throw new UsageError(`--scopes ${options.scopes}: read, write, or read,write`);
  const expiresInDays = days(options.expiresInDays);
  const asked = await portal.keys.create.mutate({
    tenantId: tenant.id,
    name,
    scopes: scopes.data,
    party: options.party ?? null,
    ...(expiresInDays !== undefined && { expiresInDays }),
    idempotencyKey: randomUUID(),
  });
  await finish(portal, tenant, { asked, name, shows: true }, options);
}

async function rotate(portal: Portal, tenant: Tenant, options: KeyOptions): Promise<void> {
  const { id: keyId, name } = await find(portal, tenant, named(options));
  const overlapHours = wholeNumber('--overlap-hours', options.overlapHours ?? '24', 0, OVERLAP_HOURS_MAX);
  const expiresInDays = days(options.expiresInDays);
  const asked = await portal.keys.rotate.mutate({
    tenantId: tenant.id,
    keyId,
    overlapHours,
    ...(expiresInDays !== undefined && { expiresInDays }),
    idempotencyKey: randomUUID(),
  });
  await finish(portal, tenant, { asked, name, shows: true }, options);
}

async function revoke(portal: Portal, tenant: Tenant, options: KeyOptions): Promise<void> {
  const { id: keyId, name } = await find(portal, tenant, named(options));
  const asked = await portal.keys.revoke.mutate({ tenantId: tenant.id, keyId, idempotencyKey: randomUUID() });
  if (asked.warning !== null) say(`${name} was the last key that may write: nobody can until there is another.`);
  await finish(portal, tenant, { asked, name, shows: false }, options);
}

/** Follows the run; a new secret is printed, the one time that it can be. */
async function finish(
  portal: Portal,
  tenant: Tenant,
  {
    asked,
    name,
    shows,
  }: {
    readonly asked: Awaited<ReturnType<Portal['keys']['create']['mutate']>>;
    readonly name: string;
    readonly shows: boolean;
  },
  { json }: KeyOptions,
): Promise<void> {
  const { keyId, runId, warning } = asked;
  const run = await followRun(portal, runId, say);
  if (run.state !== 'succeeded')
    throw new OutcomeError(`run_${run.state}`, `The run ${run.state}: ${factsLine(run.failure)}`);
  const shown = shows ? await portal.tenants.revealKey.mutate({ tenantId: tenant.id, keyId }) : null;
  if (json) return result(JSON.stringify({ keyId, name, runId, warning, apiKey: shown?.apiKey ?? null }));
  if (shown === null) return result(`${name} of ${tenant.name} is revoked.`);
  say(`The key ${name} of ${tenant.name}, shown this once:`);
  result(shown.apiKey);
}

function named({ name }: KeyOptions): string {
  if (name === undefined) throw new UsageError('Which key? --name <name>');
  return name;
}

async function find(portal: Portal, tenant: Tenant, name: string): Promise<Key> {
  const { keys } = await portal.keys.list.query({ tenantId: tenant.id });
  const found = keys.find((key) => key.state !== 'revoked' && [key.id, key.name].includes(name));
  if (!found) throw new OutcomeError('not_found', `${tenant.name} has no key ${name}.`);
  return found;
}

const days = (text: string | undefined): number | null | undefined =>
  text === undefined ? undefined : text === 'never' ? null : wholeNumber('--expires-in-days', text, 1, KEY_DAYS_MAX);

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new UsageError(`${option} ${text}: a whole number from ${min} to ${max}`);
  return value;
}

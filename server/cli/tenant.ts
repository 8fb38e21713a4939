// `npm run tenant`: list, show, change, keys, suspend, resume, retire.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import type { TenantId } from '../domain/ids.ts';
import { changeTenant, type ChangeOptions } from './change.ts';
import { OutcomeError, UsageError } from './errors.ts';
import { factsLine, followRun } from './follow-run.ts';
import { runKeys, type KeyOptions } from './keys.ts';
import { result, say } from './output.ts';
import { CONNECTION_OPTIONS, openPortal, type Portal } from './portal.ts';

const USAGE = `npm run tenant -- list [--all] [--json]
npm run tenant -- show <name, ref or id> [--json]
npm run tenant -- change <name, ref or id> [--plan M] [--model private] [--add-module <slug>]… [--remove-module <slug>]… [--param key=value]…
  [--dry-run] [--json]
npm run tenant -- keys list | create | rotate | revoke <name, ref or id> [--name <key>] [--scopes read,write] [--party <party>]
  [--expires-in-days 90 | never] [--overlap-hours 24] [--json]
npm run tenant -- suspend | resume <name, ref or id> [--json]
npm run tenant -- retire <name, ref or id> [--confirm <name>] [--json]
  [--url <portal> --token <token>]`;

const PAGE = 100;

interface Options extends ChangeOptions, KeyOptions {
  all: boolean;
  confirm: string | undefined;
}

const VERBS: Record<string, (portal: Portal, subject: string, options: Options) => Promise<void>> = {
  list: (portal, _, options) => list(portal, options),
  show,
  change: async (portal, subject, options) => changeTenant(portal, await find(portal, subject), options),
  suspend: (portal, subject, options) => act(portal, subject, 'suspend', options),
  resume: (portal, subject, options) => act(portal, subject, 'resume', options),
  retire,
};

/** @throws UsageError, OutcomeError, or the portal's refusal */
export async function runTenant(args: string[]): Promise<void> {
  const { values, positionals } = readOptions(args);
  const [verb = '', ...subjects] = positionals;
  const subject = subjects.at(-1) ?? '';
  const run = verb === 'keys' ? keys(subjects[0] ?? '') : VERBS[verb];
  const wanted = verb === 'keys' ? 2 : verb === 'list' ? 0 : 1;
  if (!run || subjects.length < wanted) throw new UsageError(USAGE);
  const portal = openPortal(values);
  await run(portal, subject, {
    json: values.json ?? false,
    all: values.all ?? false,
    confirm: values.confirm,
    plan: values.plan,
    model: values.model,
    addModules: values['add-module'],
    removeModules: values['remove-module'],
    params: values.param,
    name: values.name,
    scopes: values.scopes,
    party: values.party,
    expiresInDays: values['expires-in-days'],
    overlapHours: values['overlap-hours'],
    dryRun: values['dry-run'],
  });
}

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...CONNECTION_OPTIONS,
        all: { type: 'boolean' },
        confirm: { type: 'string' },
        plan: { type: 'string' },
        model: { type: 'string' },
        'add-module': { type: 'string', multiple: true, default: [] },
        'remove-module': { type: 'string', multiple: true, default: [] },
        param: { type: 'string', multiple: true, default: [] },
        name: { type: 'string' },
        scopes: { type: 'string' },
        party: { type: 'string' },
        'expires-in-days': { type: 'string' },
        'overlap-hours': { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
}

const keys = (verb: string) => async (portal: Portal, subject: string, options: Options) =>
  runKeys(portal, verb, await find(portal, subject), options);

type Summary = Awaited<ReturnType<Portal['tenants']['list']['query']>>['items'][number];

async function allTenants(portal: Portal, withRetired: boolean): Promise<Summary[]> {
  const tenants: Summary[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Portal['tenants']['list']['query']>> = await portal.tenants.list.query({
      withRetired,
      limit: PAGE,
      cursor,
    });
    tenants.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return tenants;
}

async function list(portal: Portal, options: Options): Promise<void> {
  const tenants = await allTenants(portal, options.all);
  if (options.json) {
    result(JSON.stringify(tenants.map(brief)));
    return;
  }
  if (tenants.length === 0) result('No tenants yet: npm run order makes one.');
  for (const { name, ref, offering, model, plan, state, endpoint } of tenants) {
    result(
      [
        name.padEnd(24),
        ref,
        offering.slug.padEnd(12),
        model.padEnd(8),
        plan.padEnd(3),
        state.padEnd(13),
        endpoint ?? '',
      ].join('  '),
    );
  }
}

async function show(portal: Portal, subject: string, options: Options): Promise<void> {
  const { id } = await find(portal, subject);
  const tenant = await portal.tenants.byId.query({ tenantId: id });
  const view = {
    ...brief(tenant),
    tainted: tenant.tainted,
    modules: tenant.modules,
    params: tenant.params,
    usage: tenant.usage,
    proof: tenant.proof,
    runs: tenant.runs.map((run) => ({ id: run.id, number: run.number, action: run.action, state: run.state })),
  };
  if (options.json) {
    result(JSON.stringify(view));
    return;
  }
  for (const [name, value] of Object.entries(view)) {
    result(`${name.padEnd(12)} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
}

async function retire(portal: Portal, subject: string, options: Options): Promise<void> {
  const tenant = await find(portal, subject);
  say(
    `Retiring ${tenant.name} (${tenant.ref}) deletes its database, roles, routes and keys, and ends the subscription. History stays.`,
  );
  await perform(portal, tenant, { action: 'retire', confirmName: options.confirm ?? (await askForName()) }, options);
}

async function act(portal: Portal, subject: string, action: 'suspend' | 'resume', options: Options): Promise<void> {
  await perform(portal, await find(portal, subject), { action }, options);
}

/** Asks for an action, follows its run, and says what the tenant is then. */
async function perform(
  portal: Portal,
  tenant: { readonly id: TenantId; readonly name: string },
  asked: Pick<Parameters<Portal['tenants']['act']['mutate']>[0], 'action' | 'confirmName'>,
  options: Options,
): Promise<void> {
  const request = { tenantId: tenant.id, idempotencyKey: randomUUID(), ...asked };
  const { runId } = await portal.tenants.act.mutate(request);
  const run = await followRun(portal, runId, say);
  if (run.state !== 'succeeded')
    throw new OutcomeError(`run_${run.state}`, `The run ${run.state}: ${factsLine(run.failure)}`);
  const { state } = await portal.tenants.byId.query({ tenantId: tenant.id });
  result(options.json ? JSON.stringify({ tenantId: tenant.id, runId, state }) : `${tenant.name} is ${state}.`);
}

async function askForName(): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError('Confirm with --confirm and the name of the tenant.');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question('Type the name of the tenant to go on: ')).trim();
  } finally {
    lines.close();
  }
}

/** By id, ref or name; of several with the name, the one that is not retired. */
async function find(portal: Portal, subject: string): Promise<{ id: TenantId; name: string; ref: string }> {
  const tenants = await allTenants(portal, true);
  const matches = tenants.filter(({ id, ref, name }) => [id, ref, name].includes(subject));
  const found = matches.find(({ state }) => state !== 'retired') ?? matches[0];
  if (!found) throw new OutcomeError('not_found', `There is no tenant ${subject}.`);
  return found;
}

function brief({ id, ref, name, offering, model, plan, state, endpoint }: Omit<Summary, 'organisation'>) {
  return { tenantId: id, ref, name, offering: offering.slug, version: offering.version, model, plan, state, endpoint };
}

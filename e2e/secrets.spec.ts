// Canaries: every secret that an installation and an order have is known here, and looked for in everything that is
// stored, logged or answered. What may hold one is named; all else may not.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openSecret } from '../server/registry/seal.ts';
import { inDatabase, platformUrl, tenantsUrl, type Sql } from './support/databases.ts';
import { environmentsOf, secretsOf } from './support/installation.ts';
import { uniqueName } from './support/names.ts';
import { cookieHeader, stateOf } from './support/people.ts';
import { activeShop } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

/** Files that hold secrets by their nature; only their owner may read them. */
const KEEPERS = /(^|\/)(secrets|credentials)\.json$|^pg-(platform|tenants)\/password$/;

/** Every row of every table as text, with the table's name. */
async function everything(sql: Sql): Promise<string[]> {
  const tables = await sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    for (const { row } of await sql<{ row: string }>(`SELECT t::text AS row FROM ${name} t`))
      texts.push(`${name}: ${row}`);
  }
  return texts;
}

/** State is kept as base64 inside JSON, where a secret would hide. */
const opened = (text: string): string =>
  text.replaceAll(
    /[A-Za-z0-9+/]{64,}={0,2}/g,
    (base64) => `${base64} ${Buffer.from(base64, 'base64').toString('latin1')}`,
  );

/** Files of the data folder that are text: logs, checkpoints, settings. */
function textFiles(dataDir: string): { file: string; text: string }[] {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dataDir, path.join(entry.parentPath, entry.name)))
    .filter((file) => !/^pg-[a-z]+\/data\//.test(file))
    .map((file) => ({ file, text: readFileSync(path.join(dataDir, file), 'utf8') }));
}

test('no secret is stored, logged or answered in the clear', async ({
  page,
  browser,
  api,
  apiAs,
  portal,
  complaints,
}) => {
  complaints.expect(/409/);
  const { dataDir } = portal;
  const { tenantId, ref, runId, orderId } = await activeShop(api, uniqueName('canary'));
  const { apiKey, endpoint } = await api.tenants.revealKey.mutate({ tenantId });
  await fetch(`${endpoint}/invariants`, { headers: { authorization: `Bearer ${apiKey}` } });
  await fetch(`${endpoint}/invariants?key=${apiKey}`, { headers: { authorization: `Bearer ${apiKey}x` } });
  const customer = await apiAs('customer');
  const made = await customer.tokens.create.mutate({
    name: uniqueName('canary'),
    scopes: ['tenant:read'],
    expiresInDays: 1,
  });
  const session = await stateOf(browser, portal, 'customer');
  const guess = `canary-${crypto.randomUUID()}`;
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill('nobody-canary@industry-cloud.example');
  await page.getByLabel('Password', { exact: true }).fill(guess);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('do not belong together')).toBeVisible();

  const secrets = secretsOf(dataDir);
  const [route] = await inDatabase(tenantsUrl(dataDir, 'registry'), (sql) =>
    sql<{ sealed_password: string }>('SELECT sealed_password FROM route WHERE ref = $1', [ref]),
  );
  const canaries: Record<string, string> = {
    'API key': apiKey,
    'API token': made.token,
    'command line token': portal.cliToken,
    'wrong password': guess,
    'session cookie': session.cookies.find(({ name }) => name.includes('session'))?.value ?? '',
    "password of the tenant's role": openSecret(route?.sealed_password ?? '', secrets.envelopeKey, ref),
    'session secret': secrets.authSecret,
    'envelope key': secrets.envelopeKey,
    passphrase: secrets.pulumiPassphrase,
    'token key': secrets.token.privateKey,
    'audit key': secrets.audit.privateKey,
    'owner password': secrets.ownerPassword,
    'application password': secrets.applicationPassword,
    'gateway password': secrets.gatewayPassword,
    ...Object.fromEntries(portal.people.map(({ role, password }) => [`password of ${role}`, password])),
    ...Object.fromEntries(
      ['platform', 'tenants'].map((name) => [
        `superuser of ${name}`,
        readFileSync(path.join(dataDir, `pg-${name}`, 'password'), 'utf8').trim(),
      ]),
    ),
  };
  for (const [name, value] of Object.entries(canaries)) expect(value.length, name).toBeGreaterThanOrEqual(12);
  const namesIn = (text: string): string[] =>
    Object.entries(canaries).flatMap(([name, value]) => (text.includes(value) ? [name] : []));

  const rows = [
    ...(await inDatabase(platformUrl(dataDir), everything)),
    ...(await inDatabase(tenantsUrl(dataDir, 'registry'), everything)),
    ...(await inDatabase(tenantsUrl(dataDir, ref), everything)),
  ];
  expect(rows.length).toBeGreaterThan(500);
  expect(rows.some((row) => row.startsWith('pulumi.'))).toBe(true);
  const found = rows.flatMap((row) => namesIn(opened(row)).map((name) => `${name} in ${row.split(':')[0]}`));
  expect(found, 'in tables').toEqual([]);

  const files = textFiles(dataDir);
  expect(files.map(({ file }) => file)).toEqual(
    expect.arrayContaining(['logs/portal.log', 'logs/worker.log', 'logs/gateway.log']),
  );
  const inFiles = files
    .filter(({ file }) => !KEEPERS.test(file))
    .flatMap(({ file, text }) => namesIn(text).map((name) => `${name} in ${file}`));
  expect(inFiles, 'in files').toEqual([]);

  const answers = await Promise.all([
    api.tenants.byId.query({ tenantId }),
    api.runs.byId.query({ runId }),
    api.orders.byId.query({ orderId }),
    api.events.list.query({ tenantId }),
    api.tokens.list.query(),
    (await apiAs('auditor')).audit.search.query({ limit: 100 }),
    (await apiAs('admin')).people.list.query({}),
  ]);
  const text = JSON.stringify(answers, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  expect(namesIn(text), 'in answers').toEqual([]);
  const html = await (
    await fetch(`${portal.url}/tenants/${tenantId}?tab=resources`, { headers: { cookie: cookieHeader(session) } })
  ).text();
  expect(html).toContain(ref);
  expect(namesIn(html), 'in a page').toEqual([]);
  await customer.tokens.revoke.mutate({ tokenId: made.id });
});

test('only their owner may read the files that hold secrets', async ({ portal }) => {
  const { statSync } = await import('node:fs');
  for (const file of ['secrets.json', 'credentials.json', 'pg-platform/password', 'pg-tenants/password']) {
    expect(statSync(path.join(portal.dataDir, file)).mode & 0o777, file).toBe(0o600);
  }
});

test("each process knows what it needs: the portal nothing of the tenants' cluster, the gateway nothing of the platform", ({
  portal,
}) => {
  const secrets = secretsOf(portal.dataDir);
  const tenantsPassword = readFileSync(path.join(portal.dataDir, 'pg-tenants', 'password'), 'utf8').trim();
  const inPortal = environmentsOf(portal.dataDir, 'portal');
  expect(inPortal).toContain('PLATFORM_APP_URL=');
  expect(inPortal).not.toMatch(/TENANTS_ADMIN_URL|PLATFORM_OWNER_URL|PULUMI|REGISTRY_URL|AUDIT_PRIVATE_KEY/);
  for (const secret of [tenantsPassword, secrets.pulumiPassphrase, secrets.ownerPassword, secrets.audit.privateKey])
    expect(inPortal).not.toContain(secret);
  const inGateway = environmentsOf(portal.dataDir, 'gateway');
  expect(inGateway).toContain('REGISTRY_URL=');
  expect(inGateway).not.toMatch(/PLATFORM_|TENANTS_ADMIN_URL|PULUMI|AUTH_SECRET|_PRIVATE_KEY/);
  for (const secret of [tenantsPassword, secrets.applicationPassword, secrets.token.privateKey])
    expect(inGateway).not.toContain(secret);
});

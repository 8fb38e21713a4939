// What runs where: the diagram of a tenant, the same facts as lists, and what crosses the boundary of a hybrid one.
import { AxeBuilder } from '@axe-core/playwright';
import { waitFor } from '../server/testing/wait-for.ts';
import { inDatabase, tenantsUrl } from './support/databases.ts';
import { ownServerOf } from './support/installation.ts';
import { uniqueName } from './support/names.ts';
import { orderConfigured, runOver, type PortalApi } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

/** The worker looks at every tenant every few seconds. */
const SAMPLED_WITHIN_MS = 90_000;

test('a public tenant: its database in the shared cluster, and the gateway that calls it', async ({ as, api }) => {
  const { items } = await api.tenants.list.query({ q: 'first-shop' });
  const page = await as('customer', { viewport: { width: 1440, height: 900 } });
  await page.goto(`/tenants/${items[0]?.id ?? ''}`);
  const panel = page.getByRole('region', { name: 'What runs where' }).first();
  await expect(panel).toContainText('Shared cluster', { timeout: SAMPLED_WITHIN_MS });
  await expect(panel.locator('.react-flow__node', { hasText: 'API gateway' })).toContainText('running');
  await expect(panel).not.toContainText('across the boundary');
  await panel.getByRole('button', { name: 'Show as table' }).click();
  await expect(panel.locator('.react-flow')).toHaveCount(0);
  await expect(panel.getByRole('listitem').filter({ hasText: 'in Shared cluster' })).toBeVisible();
});

let sides = '';

/** One hybrid tenant for this file: a logistics network with parcels. */
async function hybridNetwork(api: PortalApi): Promise<{ tenantId: string; ref: string }> {
  sides ||= uniqueName('sides');
  const { items } = await api.tenants.list.query({ q: sides });
  if (items[0]) return { tenantId: items[0].id, ref: items[0].ref };
  const ordered = await orderConfigured(api, {
    name: sides,
    offering: 'logistics',
    model: 'hybrid',
    plan: 'M',
    params: { sample_data: 'demo' },
  });
  expect(await runOver(api, ordered.runId, 120_000)).toBe('succeeded');
  return ordered;
}

test('a hybrid tenant: two sides, what crosses between them and how late it is, as diagram and as lists', async ({
  as,
  api,
  portal,
}) => {
  test.setTimeout(300_000);
  const { tenantId } = await hybridNetwork(api);
  const page = await as('customer', { reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
  await page.goto(`/tenants/${tenantId}`);
  const panel = page.getByRole('region', { name: 'What runs where' }).first();
  await expect(panel.locator('.react-flow__node', { hasText: 'Private instance' })).toBeVisible({
    timeout: SAMPLED_WITHIN_MS,
  });
  await expect(panel.getByText('Private side').first()).toBeVisible();
  await expect(panel.getByText('Public edge').first()).toBeVisible();
  const crossing = panel.getByRole('listitem').filter({ hasText: 'across the boundary' });
  await expect(crossing).toHaveCount(3);
  await expect(crossing.filter({ hasText: /up to date|late/ })).toHaveCount(2);
  const walls = page.getByRole('region', { name: 'Walls' });
  await expect(walls.getByRole('list', { name: 'Private side' }).getByRole('listitem')).toHaveCount(5);
  await expect(walls.getByRole('list', { name: 'What goes between them' }).getByRole('listitem')).toHaveCount(1);
  await expect(walls.getByRole('list', { name: 'Public edge' }).getByRole('listitem')).toHaveCount(2);
  await expect(walls.getByText('Nothing at the edge names a person')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  await page.context().addCookies([{ name: 'locale', value: 'zh', url: portal.url }]);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.reload();
  const narrow = page.getByRole('region', { name: '部署拓扑' }).first();
  await expect(narrow.getByRole('heading', { name: '公共边缘' })).toBeVisible();
  await expect(narrow.locator('.react-flow')).toBeHidden();
});

/** A parcel's link, as the sender has it, once the edge knows the parcel. */
const trackedParcel = (dataDir: string, ref: string): Promise<string> =>
  waitFor(
    () =>
      inDatabase(tenantsUrl(dataDir, `${ref}_edge`), async (sql) => {
        const [row] = await sql<{ token: string }>('SELECT track_token AS token FROM edge.track LIMIT 1');
        return row?.token;
      }),
    { what: 'a parcel at the edge', everyMs: 200 },
  );

test('the private side goes away and comes back: the page says so, and a recipient without an account reads on', async ({
  as,
  api,
  page: recipient,
  portal,
  complaints,
}) => {
  complaints.expect(/404|503/);
  test.setTimeout(300_000);
  const { tenantId, ref } = await hybridNetwork(api);
  const page = await as('customer', { viewport: { width: 1440, height: 900 } });
  await page.goto(`/tenants/${tenantId}`);
  const panel = page.getByRole('region', { name: 'What runs where' }).first();
  const server = panel.locator('.react-flow__node', { hasText: 'Private instance' });
  await expect(server).toContainText('running', { timeout: SAMPLED_WITHIN_MS });
  const crossing = panel.getByRole('listitem').filter({ hasText: 'across the boundary' });

  const token = await trackedParcel(portal.dataDir, ref);
  const link = `${portal.gatewayUrl}/t/${ref}/edge/page/track/${token}`;
  const sender = await as('customer');
  await sender.goto(`/tenants/${tenantId}?tab=try`);
  await sender.getByRole('button', { name: 'See what the public sees' }).click();
  await sender.getByLabel('Body of the request').fill(JSON.stringify({ trackToken: token }));
  await sender.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(sender.getByRole('link', { name: 'Open it as the public sees it, without a key' })).toHaveAttribute(
    'href',
    link,
  );
  await recipient.setViewportSize({ width: 320, height: 640 });
  await recipient.goto(link);
  await expect(recipient.getByRole('heading', { name: 'Your parcel' })).toBeVisible();
  await expect(recipient.getByRole('listitem').first()).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  const { violations } = await new AxeBuilder({ page: recipient }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  const mend = ownServerOf(portal.dataDir, ref).killForGood();
  try {
    await expect(server).toContainText(/unreachable|starting/, { timeout: SAMPLED_WITHIN_MS });
    await expect(crossing.filter({ hasText: 'broken' })).not.toHaveCount(0);
    await expect(panel.locator('.react-flow__node', { hasText: 'Edge database' })).toContainText('running');
    await expect(panel).toContainText('When the sides part, the edge goes on with what it has');
    await recipient.getByRole('link', { name: '中文' }).click();
    await expect(recipient.getByRole('heading', { name: '您的包裹' })).toBeVisible();
    await expect(recipient.getByText('数据截至')).toBeVisible();
    await recipient.goto(link.replace(token, 'of-nobody'));
    await expect(recipient.getByRole('alert')).toHaveText('No parcel belongs to this link.');
    await recipient.goto(link.replace('/edge', ''));
    await expect(recipient.getByRole('alert')).toContainText('Load the page again in a moment.');
  } finally {
    mend();
  }
  await expect(server).toContainText('running', { timeout: SAMPLED_WITHIN_MS });
  await expect(crossing.filter({ hasText: 'broken' })).toHaveCount(0, { timeout: SAMPLED_WITHIN_MS });
});

// Changing what runs: price before and after, the resource diff, and the change itself, from the tenant's page.
import { withConnectionsLeft } from './support/databases.ts';
import { uniqueName } from './support/names.ts';
import { activeShop, type PortalApi } from './support/portal-api.ts';
import { expect, test } from './support/test.ts';

test('a shop grows: the price and the diff first, then the change, and the tenant says so', async ({ as, api }) => {
  const name = uniqueName('grow');
  const { tenantId } = await activeShop(api, name);
  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}`);
  await page.getByRole('link', { name: 'Change…' }).click();
  await expect(page.getByRole('heading', { level: 1, name: `Change ${name}` })).toBeVisible();
  const ask = page.getByRole('button', { name: /^Change / });
  const rail = page.getByRole('complementary', { name: 'Price and change' });
  await expect(ask).toHaveAttribute('aria-disabled', 'true');

  await page.getByRole('radio', { name: /^M\b/ }).click();
  await expect(rail).toContainText('1,999.00');
  await expect(rail).toContainText('399.00');
  const diff = page.getByRole('region', { name: 'Plan diff' });
  await expect(diff).toContainText(/~ \d+ update/);
  await expect(page.getByRole('radio', { name: /^XL/ })).toBeDisabled();
  await expect(ask).not.toHaveAttribute('aria-disabled', 'true');
  await ask.click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.getByText('Succeeded', { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  expect(await api.tenants.byId.query({ tenantId })).toMatchObject({ plan: 'M', state: 'active' });
});

test('what would lose something, or does not fit, is refused with the reason before anything is asked', async ({
  as,
  api,
  portal,
  complaints,
}) => {
  complaints.expect(/422/);
  const { tenantId } = await activeShop(api, uniqueName('keep'));
  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}/change`);
  await page.getByRole('textbox', { name: 'Stock stripes' }).fill('2');
  await expect(page.getByText('It may only grow from 4 while the tenant runs.')).toBeVisible();
  const ask = page.getByRole('button', { name: /^Change / });
  await expect(ask).toHaveAttribute('aria-disabled', 'true');

  await page.reload();
  await withConnectionsLeft(portal.dataDir, 3, async () => {
    await page.getByRole('radio', { name: /^M\b/ }).click();
    const look = page.getByRole('region', { name: 'Before the order' }).getByRole('listitem');
    await expect(look.filter({ hasText: 'Connections' })).toContainText(
      /\d+ connections asked, 3 free.*Choose a smaller/,
    );
    await expect(ask).toHaveAttribute('aria-disabled', 'true');
    await ask.hover();
    await expect(page.getByRole('tooltip')).toHaveText(/^Connections: \d+ connections asked, 3 free$/);
  });
});

/** Writes as the shop's program does, one after the other, and tries again what it is told to try again. */
function keepWriting(api: PortalApi, tenantId: string): { readonly stop: () => Promise<readonly string[]> } {
  const accepted: string[] = [];
  const enough = new AbortController();
  const statuses = new Set<number>();
  const writing = (async () => {
    while (!enough.signal.aborted) {
      const slug = uniqueName('moved');
      const answer = await api.tenants.callApi.mutate({
        tenantId,
        kind: 'function',
        name: 'create_product',
        body: { slug, name: slug },
      });
      statuses.add(answer.status);
      if (answer.status === 201) accepted.push(slug);
    }
  })();
  return {
    stop: async () => {
      enough.abort();
      await writing;
      expect([...statuses].filter((status) => ![201, 429, 503].includes(status))).toEqual([]);
      return accepted;
    },
  };
}

test('a shop moves to a server of its own while it is written to, and says where it runs', async ({ as, api }) => {
  test.setTimeout(300_000);
  const name = uniqueName('move');
  const { tenantId, ref } = await activeShop(api, name);
  const page = await as('customer', { viewport: { width: 1440, height: 900 } });
  await page.goto(`/tenants/${tenantId}`);
  await page.getByRole('link', { name: 'Change…' }).click();
  await page.getByRole('radio', { name: /^Private/ }).click();
  const rail = page.getByRole('complementary', { name: 'Price and change' });
  await expect(rail).toContainText('638.40'); // 1.6 times
  await expect(rail).toContainText('399.00');
  const looks = page.getByRole('region', { name: 'Before the order' }).getByRole('listitem');
  await expect(looks.filter({ hasText: 'Keeper of servers' })).toContainText('It answers');
  const ask = page.getByRole('button', { name: `Change ${name} to` });
  await expect(ask).not.toHaveAttribute('aria-disabled', 'true');

  const program = keepWriting(api, tenantId);
  await ask.click();
  await expect(page).toHaveURL(/\/runs\//);
  await expect(page.getByText('Succeeded', { exact: true }).first()).toBeVisible({ timeout: 180_000 });
  const accepted = await program.stop();
  expect(accepted.length).toBeGreaterThan(3);
  expect(await api.tenants.byId.query({ tenantId })).toMatchObject({ model: 'private', state: 'active', ref });
  const kept = await productsOf(api, tenantId);
  expect(accepted.filter((slug) => !kept.has(slug))).toEqual([]);

  await page.goto(`/tenants/${tenantId}`);
  const where = page.getByRole('region', { name: 'What runs where' }).first();
  await expect(where.locator('.react-flow__node', { hasText: 'Private instance' })).toContainText('running');
  await expect(page.getByRole('region', { name: 'Walls' })).toContainText('A server of its own');
});

/** Slugs of all products, page by page. */
async function productsOf(api: PortalApi, tenantId: string): Promise<ReadonlySet<string>> {
  const slugs = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: Record<string, string> = { limit: '200', ...(cursor !== '' && { cursor }) };
    const { body } = await api.tenants.callApi.mutate({ tenantId, kind: 'view', name: 'products', query });
    const answer = body as { items: { slug: string }[]; nextCursor?: string | null };
    for (const { slug } of answer.items) slugs.add(slug);
    cursor = answer.nextCursor ?? null;
  }
  return slugs;
}

// What a tenant was promised, tried from outside and shown with the time it was last true: a wall that is really broken, a rule of its data
// that is really violated, and both mended again.
import { inDatabase, tenantsUrl } from './support/databases.ts';
import { withLooks } from './support/look-now.ts';
import { uniqueName } from './support/names.ts';
import { activeShop } from './support/portal-api.ts';
import { stockProduct } from './support/shop-calls.ts';
import { expect, test } from './support/test.ts';

const broken = /: does not hold/;

test('a hole in the wall is named, with when it held last, and closed again', async ({ as, api, portal }) => {
  const { dataDir } = portal;
  const { tenantId, ref } = await activeShop(api, uniqueName('wall'));
  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}`);
  const walls = page.getByRole('region', { name: 'Walls' });
  const rows = walls.getByRole('listitem');
  await expect(rows).toHaveCount(4);
  for (const row of await rows.all()) await expect(row).toContainText(/: holds.*held last .*(ago|just now)/s);
  const nobodyElse = rows.filter({ hasText: 'Nobody else’s role gets in' });
  await expect(rows.filter({ hasText: 'no other database' })).toContainText(/(\d+) of \1 attempts refused/);

  await withLooks(dataDir, async (look) => {
    await inDatabase(tenantsUrl(dataDir), (sql) => sql(`GRANT CONNECT ON DATABASE ${ref} TO PUBLIC`));
    // Each look takes any two neighbours, who may be on servers of their own.
    await expect(async () => {
      await look('walls', tenantId);
      await expect(nobodyElse).toContainText(broken, { timeout: 1_000 });
    }).toPass();
    await expect(nobodyElse).toContainText('held last');
    await expect(page.getByText('Degraded', { exact: true }).first()).toBeVisible();
    await expect(page.getByText('a wall around it did not hold: Nobody else’s role gets in')).toBeVisible();

    await inDatabase(tenantsUrl(dataDir), (sql) => sql(`REVOKE CONNECT ON DATABASE ${ref} FROM PUBLIC`));
    await look('walls', tenantId);
    await expect(walls.getByText(broken)).toHaveCount(0);
    await expect(page.getByText('Active', { exact: true })).toBeVisible();
  });
});

test('an indicator past its threshold and a violated rule are seen at a glance, by name, until they are mended', async ({
  as,
  api,
  portal,
}) => {
  const { dataDir } = portal;
  const { tenantId, ref } = await activeShop(api, uniqueName('rule'));
  await stockProduct(api, tenantId);
  const miscount = (by: string) =>
    inDatabase(tenantsUrl(dataDir, ref), (sql) =>
      sql(`UPDATE stock.bucket SET on_hand = on_hand ${by} WHERE on_hand > 0`),
    );
  const page = await as('customer');
  await page.goto(`/tenants/${tenantId}`);
  const figure = page
    .getByRole('region', { name: 'Indicators' })
    .getByText('Stock that matches its movements')
    .locator('../..');
  await withLooks(dataDir, async (look) => {
    await miscount('+ 1');
    await look('figures', tenantId);
    await look('rules', tenantId);
    await expect(page.getByText('Degraded', { exact: true }).first()).toBeVisible();
    await expect(page.getByText(/^Stock on hand equals the sum of its movements \(\d+\)$/)).toBeVisible();
    await expect(figure).toContainText('critical below 99.9');
    await expect(figure).toContainText(', critical');

    await miscount('- 1');
    await look('figures', tenantId);
    await look('rules', tenantId);
    await expect(page.getByText('Active', { exact: true })).toBeVisible();
    await expect(page.getByText(/\d+ of \d+ hold/)).toBeVisible();
    await expect(figure).toContainText('warn below 99.99');
  });
});

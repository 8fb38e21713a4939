// The auditor reads everything, changes nothing, and can prove the trail.
import { inDatabase, platformUrl } from './support/databases.ts';
import { uniqueName } from './support/names.ts';
import { firstIds } from './support/pages.ts';
import { expect, test } from './support/test.ts';

test('read-only everywhere, and each button says why', async ({ as, api, apiAs }) => {
  const page = await as('auditor');
  const { tenant, run, order } = await firstIds(api);
  await page.goto(`/tenants/${tenant}`);
  for (const name of ['Suspend…', 'Retire…']) {
    const button = page.getByRole('button', { name });
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    await expect(button).toHaveAccessibleDescription(/needs the right tenant:operate/);
  }
  await page.goto(`/tenants/${tenant}?tab=try`);
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toHaveAttribute('aria-disabled', 'true');
  await page.goto('/catalogue/ecommerce/configure');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Order .* a month$/ })).not.toBeEnabled();
  for (const path of [`/runs/${run}`, `/orders/${order}`, '/admin/approvals', '/quotes', '/runs', '/orders']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('alert').filter({ hasText: 'needs the right' })).toHaveCount(0);
  }
  const auditor = await apiAs('auditor');
  const act = { tenantId: tenant, action: 'suspend', idempotencyKey: crypto.randomUUID() } as const;
  await expect(auditor.tenants.act.mutate(act)).rejects.toMatchObject({ data: { fault: { code: 'right_missing' } } });
});

test('what was done is found by its subject, with before and after, and a hash that the browser computes', async ({
  as,
  apiAs,
}) => {
  const name = uniqueName('traced');
  const customer = await apiAs('customer');
  const { id } = await customer.tokens.create.mutate({ name, scopes: ['tenant:read'], expiresInDays: 1 });
  await customer.tokens.revoke.mutate({ tokenId: id });

  const page = await as('auditor');
  await page.goto('/audit');
  await page.getByRole('searchbox').fill(name);
  const rows = page.getByRole('table', { name: 'Audit trail' }).locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText('token.revoke');
  await rows.nth(1).getByRole('link').click();
  await expect(page).toHaveURL(/id=/);
  const detail = page.getByRole('complementary', { name: 'The chosen entry' });
  await expect(detail).toContainText('Chen Yu');
  await expect(detail).toContainText('token:manage');
  await expect(detail).toContainText('scopes');
  await expect(detail).not.toContainText(/ict_[A-Za-z0-9]{20}/);
  // Sealed within seconds.
  await expect(async () => {
    await page.reload();
    await expect(detail.getByText('hash recomputed here, matches')).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
});

test('Verify proves the chain, names the entry that somebody changed, and holds again when it is put back', async ({
  as,
  portal,
}) => {
  const page = await as('auditor');
  await page.goto('/audit');
  const verify = page.getByRole('button', { name: /Verify/ });
  await verify.click();
  await expect(page.getByText('The chain holds')).toBeVisible();
  await expect(page.getByText(/\d+ of \d+ checkpoint signatures are valid/)).toBeVisible();

  await inDatabase(platformUrl(portal.dataDir), async (sql) => {
    // As somebody with the rights of a superuser would: behind the triggers.
    const [entry] = await sql<{ id: string; chainSeq: string; after: unknown }>(
      `SELECT id, "chainSeq", "after" FROM "AuditEntry" WHERE "chainSeq" = (SELECT max("chainSeq") / 2 FROM "AuditEntry")`,
    );
    if (!entry) throw new Error('nothing is sealed');
    const change = async (after: unknown) => {
      await sql('BEGIN');
      await sql('ALTER TABLE "AuditEntry" DISABLE TRIGGER sealed_once');
      await sql('UPDATE "AuditEntry" SET "after" = $1 WHERE id = $2', [JSON.stringify(after), entry.id]);
      await sql('ALTER TABLE "AuditEntry" ENABLE TRIGGER sealed_once');
      await sql('COMMIT');
    };
    await expect(sql('UPDATE "AuditEntry" SET "after" = $1 WHERE id = $2', ['{}', entry.id])).rejects.toThrow(
      'append-only',
    );
    await change({ forged: true });
    try {
      await verify.click();
      await expect(page.getByText(`The chain is broken at entry ${entry.chainSeq}`)).toBeVisible();
      await expect(page.getByText('Its content is not what was sealed.')).toBeVisible();
      await page.goto(`/audit?id=${entry.id}`);
      await expect(page.getByText('hash recomputed here differs')).toBeVisible();
    } finally {
      await change(entry.after);
    }
  });
  await page.goto('/audit');
  await verify.click();
  await expect(page.getByText('The chain holds')).toBeVisible();
});

test('evidence is exported as a file, and the export is an entry itself', async ({ as }) => {
  const page = await as('auditor');
  await page.goto('/audit?action=order.place');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export evidence' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.jsonl$/);
  await page.goto('/audit?action=audit.export');
  await expect(page.getByRole('table', { name: 'Audit trail' })).toContainText('audit.export');
});

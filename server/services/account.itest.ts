import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RIGHTS_OF } from '../domain/policy.ts';
import { faultOf } from '../testing/fault-of.ts';
import { makeServiceWorld, type ServiceWorld } from '../testing/service-world.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await makeServiceWorld();
});
afterAll(async () => {
  await world.close();
});
const versionOf = async (userId: string) =>
  (await world.sql<{ v: number }>(`SELECT "sessionVersion" AS v FROM "User" WHERE id = $1`, [userId]))[0]!.v;

describe('tokens', () => {
  test('are shown once, kept as a hash, and never hold more than their maker has', async () => {
    const customer = world.as('customer_admin');
    const { token, prefix, id } = await customer.tokens.create({
      name: 'ci',
      scopes: ['order:read', 'order:read'],
      expiresInDays: 30,
    });
    expect(token.startsWith(prefix)).toBe(true);
    expect(JSON.stringify(await world.sql(`SELECT * FROM "ApiToken"`))).not.toContain(token);
    const [listed] = (await customer.tokens.list()).tokens;
    expect(listed).toMatchObject({ id, scopes: ['order:read'], lastUsedAt: null, owner: { name: 'Chen Yu' } });
    expect(listed).not.toHaveProperty('token');
    const over = customer.tokens.create({ name: 'x', scopes: ['order:approve'], expiresInDays: 1 });
    expect(await faultOf(over)).toEqual({ code: 'right_missing', right: 'order:approve' });
  });

  test('are made by people, not by tokens, which would outlive themselves so', async () => {
    const byToken = world.as('customer_admin', ['token:manage', 'order:read']);
    const successor = byToken.tokens.create({ name: 'x', scopes: ['order:read'], expiresInDays: 1 });
    expect(await faultOf(successor)).toEqual({ code: 'session_needed' });
  });

  test('of others cannot be revoked, one’s own can, once', async () => {
    const { id: tokenId } = await world
      .as('customer_admin')
      .tokens.create({ name: 'mine', scopes: ['order:read'], expiresInDays: 1 });
    expect(await faultOf(world.as('platform_admin').tokens.revoke({ tokenId }))).toMatchObject({ code: 'not_found' });
    const { revokedAt } = await world.as('customer_admin').tokens.revoke({ tokenId });
    expect(await world.as('customer_admin').tokens.revoke({ tokenId })).toEqual({ revokedAt });
  });
});

describe('one’s own account', () => {
  test('says what one may do, a token less than its maker', async () => {
    const me = await world.as('customer_admin').account.me();
    expect(me).toMatchObject({
      name: 'Chen Yu',
      persona: 'customer',
      via: 'user',
      organisation: { slug: 'lanhai-retail' },
    });
    expect(me.rights).toEqual([...RIGHTS_OF.customer_admin]);
    expect(await world.as('customer_admin', ['order:read']).account.me()).toMatchObject({
      via: 'token',
      rights: ['order:read'],
    });
  });

  test('a new password wants the present one and ends all sessions; a token may do neither', async () => {
    const { userId } = world.actors.auditor;
    const before = await versionOf(userId);
    const auditor = world.as('auditor').account;
    expect(await faultOf(auditor.changePassword({ current: 'wrong', next: 'a new long password' }))).toMatchObject({
      code: 'invalid_input',
    });
    expect(await versionOf(userId)).toBe(before);
    await auditor.changePassword({ current: world.password, next: 'a new long password' });
    await auditor.signOutEverywhere();
    expect(await versionOf(userId)).toBe(before + 2);
    const token = world.as('auditor', ['audit:read']).account;
    expect(await faultOf(token.signOutEverywhere())).toMatchObject({ code: 'not_signed_in' });
  });
});

test('guesses of the present password are slowed down', async () => {
  const { account } = world.as('sales_engineer');
  const guess = () => faultOf(account.changePassword({ current: 'a guess', next: 'a new long password' }));
  for (let tries = 0; tries < 5; tries++) expect(await guess()).toMatchObject({ code: 'invalid_input' });
  expect(await guess()).toMatchObject({ code: 'too_many_requests' });
  expect(await faultOf(account.changePassword({ current: world.password, next: 'a new long password' }))).toMatchObject(
    { code: 'too_many_requests' },
  );
});

test('an administrator keeps people out, but not themselves', async () => {
  const admin = world.as('platform_admin');
  const { userId } = world.actors.customer_member;
  const before = await versionOf(userId);
  await admin.people.setDisabled({ userId, disabled: true });
  expect(await versionOf(userId)).toBe(before + 1);
  const { items } = await admin.people.list({ q: 'wu' });
  expect(items).toMatchObject([{ name: 'Wu Min', disabled: true, memberships: [{ role: 'customer_member' }] }]);
  expect(
    await faultOf(admin.people.setDisabled({ userId: world.actors.platform_admin.userId, disabled: true })),
  ).toMatchObject({ code: 'own_request' });
});

test('the catalogue shows what is open first, with prices from and proofs', async () => {
  const { offerings } = await world.as('customer_member').catalogue.list({});
  expect(offerings.map(({ slug, orderable }) => [slug, orderable])).toEqual([
    ['goods', true],
    ['closed', false],
  ]);
  expect(offerings[0]!.priceFrom.CNY).toBe(399_000_000n);
  const detail = await world.as('customer_member').catalogue.bySlug({ slug: 'goods' });
  expect(detail.priceBook?.rows.filter(({ currency }) => currency === 'CNY')).toHaveLength(4);
  expect(await faultOf(world.as('customer_member').catalogue.bySlug({ slug: 'none' }))).toEqual({
    code: 'offering_unknown',
    offering: 'none',
  });
});

import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCaller } from '../../api/root.ts';
import { newId, type TenantId } from '../../domain/ids.ts';
import type { Picture } from '../../domain/picture.ts';
import { publishOfferings } from '../publish-offerings.ts';
import { faultOf } from '../../testing/fault-of.ts';
import { goodsOffering } from '../../testing/goods-offering.ts';
import { makeServiceWorld, type Caller, type ServiceWorld } from '../../testing/service-world.ts';

const words = { en: 'Words', zh: '文字' };
const common = { title: words, what: words, words: {}, module: null };
const PICTURES: Picture[] = [
  {
    ...common,
    kind: 'path',
    name: 'way',
    rows: { kind: 'view', name: 'steps', where: { kind: 'public' } },
    inputs: [{ name: 'token', label: words, choices: null, optional: false, example: 'x1' }],
    step: 'step',
    at: null,
    place: null,
    note: null,
  },
  {
    ...common,
    kind: 'series',
    name: 'metric',
    rows: { kind: 'function', name: 'query_metric', body: { metric: '{{metric}}', region: '{{region}}' }, at: 'rows' },
    inputs: [
      {
        name: 'metric',
        label: words,
        choices: { view: 'metrics', value: 'name', label: null },
        optional: false,
        example: null,
      },
      {
        name: 'region',
        label: words,
        choices: { values: [{ value: 'cn', label: words }] },
        optional: true,
        example: null,
      },
    ],
    x: { column: 'day', kind: 'time' },
    measures: [{ column: 'value', label: words }],
    by: null,
    figure: 'number',
    unit: '',
  },
  {
    ...common,
    kind: 'states',
    name: 'of_module',
    module: 'flash',
    rows: { kind: 'view', name: 'states', where: {} },
    inputs: [],
    machine: null,
    state: 's',
    count: 'n',
  },
  {
    ...common,
    kind: 'states',
    name: 'closed',
    rows: { kind: 'view', name: 'closed', where: {} },
    inputs: [],
    machine: null,
    state: 's',
    count: 'n',
  },
  {
    ...common,
    kind: 'states',
    name: 'long',
    rows: { kind: 'view', name: 'long', where: {} },
    inputs: [],
    machine: null,
    state: 's',
    count: 'n',
  },
];

let world: ServiceWorld;
let server: Server;
let customer: Caller;
let tenantId: TenantId;
const seen: { url: string; body: string; language: string }[] = [];

/** An API such as a tenant's: answers by the last part of the address. */
function answerOf(url: URL, body: string): [number, unknown] {
  const name = url.pathname.split('/').at(-1);
  if (name === 'steps') return [200, { items: [{ step: 'sent', token: url.searchParams.get('token') }], next: null }];
  if (name === 'metrics') return [200, { items: [{ name: 'revenue' }, { name: 'orders' }], next: null }];
  if (name === 'query_metric')
    return [200, { rows: [{ day: '2026-11-01', value: (JSON.parse(body) as { metric: string }).metric.length }] }];
  if (name === 'long') {
    const page = Number(url.searchParams.get('after') ?? '0');
    return [200, { items: Array.from({ length: 500 }, (_, n) => ({ s: `${page}-${n}`, n })), next: String(page + 1) }];
  }
  return [503, { code: 'tenant_closed', title: 'Closed' }];
}

beforeAll(async () => {
  world = await makeServiceWorld();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const url = new URL(request.url!, 'http://gateway');
      seen.push({
        url: `${url.pathname.split('/').at(-1)}${url.search}`,
        body,
        language: request.headers['accept-language'] ?? '',
      });
      const [status, answer] = answerOf(url, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const context = world.context(world.actors.customer_member);
  customer = createCaller({ ...context, ports: { ...world.ports, gatewayUrl: `http://127.0.0.1:${address.port}` } });
  await publishOfferings(world.db, [goodsOffering({ version: '1.1.0', pictures: PICTURES })]);
  const { previewId } = await world.readyPreview();
  ({ tenantId } = await world.as('customer_admin').orders.place({ previewId, idempotencyKey: newId() }));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await world.close();
});

const picture = (name: string, inputs: Record<string, string> = {}, locale: 'en' | 'zh' = 'en') =>
  customer.tenants.picture({ tenantId, name, inputs, locale });

test('waits for an input that it cannot do without, then reads with it', async () => {
  seen.length = 0;
  expect(await picture('way')).toMatchObject({
    rows: null,
    problem: null,
    inputs: [{ name: 'token', value: null, choices: null }],
  });
  expect(seen).toEqual([]);
  expect(await picture('way', { token: 'x 1' }, 'zh')).toMatchObject({
    rows: [{ step: 'sent', token: 'x 1' }],
    truncated: false,
  });
  expect(seen).toEqual([{ url: 'steps?kind=public&token=x+1&limit=500', body: '', language: 'zh' }]);
});

test('offers what may be chosen, and calls a function with the choice', async () => {
  seen.length = 0;
  const first = await picture('metric');
  expect(first).toMatchObject({ rows: [{ value: 'revenue'.length }] });
  expect(first.inputs.map(({ value, choices }) => [value, choices?.length])).toEqual([
    ['revenue', 2],
    [null, 1],
  ]);
  await picture('metric', { metric: 'orders', region: 'cn' });
  expect(seen.filter(({ body }) => body !== '').map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { metric: 'revenue' },
    { metric: 'orders', region: 'cn' },
  ]);
});

test('what the API refuses is told, not thrown', async () => {
  expect(await picture('closed')).toMatchObject({
    rows: null,
    problem: { status: 503, code: 'tenant_closed', title: 'Closed' },
  });
});

test('stops at what can be drawn, and says so', async () => {
  const { rows, truncated } = await picture('long');
  expect([rows?.length, truncated]).toEqual([2_000, true]);
});

test('a picture of a module that the tenant lacks is not found, nor is one that does not exist', async () => {
  expect(await faultOf(picture('of_module'))).toEqual({ code: 'not_found', what: 'picture of_module' });
  expect(await faultOf(picture('nothing'))).toEqual({ code: 'not_found', what: 'picture nothing' });
});

test('is for those who may call the API', async () => {
  const asked = world.as('sales_engineer').tenants.picture({ tenantId, name: 'closed' });
  expect(await faultOf(asked)).toEqual({ code: 'right_missing', right: 'tenant:call' });
});

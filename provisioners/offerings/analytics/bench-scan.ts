/** Figures over a year of facts, by the database and by module olap-duckdb. */
import type { BenchScan } from '../../kit/bench.ts';
import type { SmokeClient } from '../../kit/offering.ts';
import { expectStatus } from '../../kit/smoke.ts';
import { OLAP } from './modules.ts';

const CUSTOMERS = 20_000;
const PRODUCTS = 500;

/** A year that is over, a thousand different amounts, two lines an order. */
const fill = (rows: number): string => `
  INSERT INTO dwh.dim_date SELECT to_char(d, 'YYYYMMDD')::int, d FROM generate_series(date '2025-01-01', '2025-12-31', interval '1 day') AS d;
  INSERT INTO dwh.member (dimension, id, attributes, during)
    SELECT 'customer', 'c_' || n, jsonb_build_object('region', 'R' || n % 31, 'segment', 'S' || n % 5), tstzrange(NULL, NULL)
    FROM generate_series(1, ${CUSTOMERS}) AS n;
  INSERT INTO dwh.member (dimension, id, attributes, during)
    SELECT 'product', 'p_' || n, jsonb_build_object('name', 'Product ' || n, 'category', 'C' || n % 12), tstzrange(NULL, NULL)
    FROM generate_series(1, ${PRODUCTS}) AS n;
  INSERT INTO dwh.fact_sales (source, event_id, line, seq, date_key, product_key, customer_key, qty, revenue_minor, currency, sold_at)
    SELECT 'shop', 'order-' || n / 2, 1 + n % 2, n, to_char(date '2025-01-01' + (n / 2 % 365)::int, 'YYYYMMDD')::int,
      ${CUSTOMERS} + 1 + n % ${PRODUCTS}, 1 + n / 2 % ${CUSTOMERS}, 1 + n % 3, 100 * (1 + n % 1000), 'CNY', date '2025-01-01' + (n / 2 % 365)::int
    FROM generate_series(0, ${rows - 1}) AS n;
  ANALYZE`;

/** Asks for as long as it takes. */
async function scanned(client: SmokeClient, body: Readonly<Record<string, unknown>>): Promise<unknown> {
  const asked = await client.call('olap_query', body);
  expectStatus(asked, 200, 'olap_query');
  for (;;) {
    const answer = await client.call('olap_result', { queryId: asked.body['queryId'], waitMs: 2_000 });
    expectStatus(answer, 200, 'olap_result');
    if (answer.body['state'] === 'done') return answer.body['rows'];
  }
}

export const scan: BenchScan = {
  module: OLAP,
  fill,
  ready: 'SELECT bool_and(copied = changed) FROM olap.part',
  bytes: 'SELECT sum(bytes)::float8 FROM olap.part',
  questions: [
    { name: 'revenue by category', body: { metric: 'revenue', by: ['category'] } },
    { name: 'units by region and month', body: { metric: 'units', by: ['region', 'month'] } },
    { name: 'average order value by segment', body: { metric: 'average_order_value', by: ['segment'] } },
    { name: 'orders by day', body: { metric: 'orders', by: ['day'] } },
    {
      name: 'revenue of one month by product',
      body: { metric: 'revenue', by: ['sku'], from: '2025-11-01', to: '2025-11-30' },
    },
  ],
  byDatabase: async (client, body) => {
    const answer = await client.call('query_metric', body);
    expectStatus(answer, 200, 'query_metric');
    return answer.body['rows'];
  },
  byWorkload: scanned,
};

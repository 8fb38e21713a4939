/** A data-analysis tenant for tests, and events to send to it. */
import { openTestTenant, type Json, type Sql, type TestTenant } from '../../../kit/pack/test-tenant.ts';
import type { PackSource } from '../../../kit/offering.ts';

export const PACK: PackSource = {
  name: 'analytics',
  version: '1.1.0',
  directory: import.meta.dirname,
  extensions: ['btree_gist'],
};

export const MODULES = ['quality', 'catalog-lineage', 'customer-360', 'forecast', 'olap-duckdb'] as const;

export interface Warehouse extends TestTenant {
  /** Sends events; answers "accepted/duplicate/rejected". */
  send(...events: readonly unknown[]): Promise<string>;
  /** Models and their states after a refresh. */
  refresh(): Promise<Record<string, string>>;
  /** Value of a metric by key (and series). */
  ask(metric: string, more?: Json): Promise<Record<string, string>>;
}

interface Row {
  readonly key: string;
  readonly series: string | null;
  readonly value: string | number;
}

export async function openWarehouse(
  database: { readonly url: string; drop(): Promise<void> },
  connect: (url: string) => Sql,
  options: { modules?: readonly string[]; params?: Json } = {},
): Promise<Warehouse> {
  const tenant = await openTestTenant(PACK, database, connect, options);
  return {
    ...tenant,
    send: async (...events) => {
      const { accepted, duplicate, rejected } = await tenant.call('ingest_events', { events });
      return [accepted, duplicate, rejected].map(String).join('/');
    },
    refresh: async () => {
      const { runs } = await tenant.call('refresh', {});
      return Object.fromEntries((runs as Json[]).map(({ model, state }) => [String(model), String(state)]));
    },
    ask: async (metric, more = {}) => {
      const { rows } = await tenant.call('query_metric', { metric, ...more }, null);
      return Object.fromEntries(
        (rows as Row[]).map(({ key, series, value }) => [series === null ? key : `${key} ${series}`, String(value)]),
      );
    },
  };
}

/** Noon, or another hour, of a day in the last forty, counted up. */
export const at = (day: number, hour = 12): string =>
  new Date(
    Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth(), new Date().getUTCDate() - 40 + day, hour),
  ).toISOString();

/** The day of `at`, as figures name it. */
export const dayOf = (day: number): string => at(day).slice(0, 10);

export interface Sale {
  readonly id: string;
  readonly day?: number;
  readonly sku?: string;
  readonly category?: string;
  readonly qty?: number;
  readonly unitMinor?: string;
  readonly customer?: string | undefined;
  readonly region?: string;
  readonly currency?: string;
}

/** A paid order of one line as a CloudEvent. */
export function sale({
  id,
  day = 1,
  sku = 'MUG',
  category = 'Kitchen',
  qty = 1,
  unitMinor = '1000',
  ...buyer
}: Sale): Json {
  return {
    specversion: '1.0',
    id,
    source: 'shop',
    type: 'order.paid',
    ...(buyer.customer === undefined ? {} : { subject: buyer.customer }),
    time: at(day),
    data: {
      currency: buyer.currency ?? 'CNY',
      ...(buyer.region === undefined ? {} : { region: buyer.region }),
      lines: [{ sku, name: `Thing ${sku}`, category, qty, unitMinor }],
    },
  };
}

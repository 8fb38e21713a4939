/** A logistics tenant for tests: the pack in a real database, and a small network to ship in. */
import {
  openTestTenant,
  type Json,
  type Sql,
  type TestTenant,
  type TestTenantOptions,
} from '../../../kit/pack/test-tenant.ts';

export type Tenant = TestTenant;

export const PACK = {
  name: 'logistics',
  version: '1.1.0',
  directory: import.meta.dirname,
  extensions: ['btree_gist', 'ltree'],
} as const;

/** Applies the pack to an empty database.
 * @param connect opens a pool on a URL */
export async function openTenant(
  database: Parameters<typeof openTestTenant>[1],
  connect: (url: string) => Sql,
  options: TestTenantOptions = {},
): Promise<Tenant> {
  return openTestTenant(PACK, database, connect, options);
}

export interface Network {
  readonly shipper: string;
  readonly from: string;
  readonly via: string;
  readonly to: string;
}

/** Three facilities in a row with lanes between them, 600 minutes each, and somebody who ships. */
export async function openNetwork(tenant: Tenant): Promise<Network> {
  const gln = async (fn: string, body: Json): Promise<string> => String((await tenant.call(fn, body))['gln']);
  const shipper = await gln('create_party', { name: 'Qinghe Textiles', role: 'shipper' });
  const [from, via, to] = [
    await gln('create_facility', { name: 'Hub North', kind: 'hub', city: 'Beijing' }),
    await gln('create_facility', { name: 'Hub Centre', kind: 'hub', city: 'Wuhan' }),
    await gln('create_facility', { name: 'Station South', kind: 'station', city: 'Shenzhen' }),
  ];
  await tenant.call('set_lane', { from, to: via, transitMinutes: 600, costMinor: '1200' });
  await tenant.call('set_lane', { from: via, to, transitMinutes: 600, costMinor: '900' });
  return { shipper, from, via, to };
}

export interface Parcel {
  readonly sscc: string;
  readonly epc: string;
  readonly trackToken: string;
  readonly deliverAt: string;
  readonly waybillNo: string;
}

/** Books `count` parcels on one waybill. */
export async function bookParcels(tenant: Tenant, network: Network, count: number): Promise<Parcel[]> {
  const answer = await tenant.call('book', {
    shipper: network.shipper,
    origin: network.from,
    destination: network.to,
    consignee: { name: 'Zhao Wei', phone: '+86 755 0000 0000', address: 'Nanshan 1' },
    parcels: Array.from({ length: count }, () => ({ weightG: 900 })),
  });
  const { deliverAt, waybillNo } = answer as { deliverAt: string; waybillNo: string };
  return (answer['parcels'] as Parcel[]).map((parcel) => ({ ...parcel, deliverAt, waybillNo }));
}

export const linkOf = (gln: string): string => `https://id.gs1.org/414/${gln}`;

/** Minutes from a fixed hour of yesterday, as an EPCIS time. */
export const at = (minutes: number): string =>
  new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000 + minutes * 60_000).toISOString();

export const observed = (epcs: readonly string[], minutes: number, members: Json = {}): Json => ({
  type: 'ObjectEvent',
  action: 'OBSERVE',
  eventTime: at(minutes),
  eventTimeZoneOffset: '+08:00',
  epcList: epcs,
  ...members,
});

export const aggregated = (
  action: 'ADD' | 'DELETE' | 'OBSERVE',
  parentID: string,
  childEPCs: readonly string[],
  minutes: number,
  members: Json = {},
): Json => ({
  type: 'AggregationEvent',
  action,
  eventTime: at(minutes),
  eventTimeZoneOffset: '+08:00',
  parentID,
  childEPCs,
  ...members,
});

/** A document of the standard around events. */
export const documentOf = (eventList: readonly Json[], members: Json = {}): Json => ({
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: new Date().toISOString(),
  epcisBody: { eventList },
  ...members,
});

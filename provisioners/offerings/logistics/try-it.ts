/** From an empty network to a delivered parcel, call by call, for whoever has just got the key. */
import type { TryCall } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { text } from '../../kit/offering.ts';

const call = (
  name: string,
  title: LocalText,
  body: Record<string, unknown>,
  save: Record<string, string> = {},
): TryCall => ({ kind: 'function', name, title, body, save });

const view = (name: string, title: LocalText): TryCall => ({ kind: 'view', name, title, body: null, save: {} });

const PALLET = 'urn:epc:id:grai:0614141.12345.{{random}}';

export const tryIt: TryCall[] = [
  call(
    'create_party',
    text('Add a shipper', '新增发货人'),
    { name: 'Qinghe Textiles', role: 'shipper' },
    { shipper: 'gln' },
  ),
  call(
    'create_facility',
    text('Add a hub', '新增枢纽'),
    { name: 'Hub {{random}} North', kind: 'hub', city: 'Beijing', lat: 39.9, lon: 116.4 },
    { from: 'gln' },
  ),
  call(
    'create_facility',
    text('Add a station', '新增站点'),
    { name: 'Station {{random}} South', kind: 'station', city: 'Shenzhen', lat: 22.54, lon: 114.06 },
    { to: 'gln' },
  ),
  call('set_lane', text('Open a lane', '开通线路'), {
    from: '{{from}}',
    to: '{{to}}',
    transitMinutes: 1_800,
    costMinor: '1200',
  }),
  call(
    'book',
    text('Book a parcel', '下单一个包裹'),
    {
      shipper: '{{shipper}}',
      origin: '{{from}}',
      destination: '{{to}}',
      consignee: { name: 'Zhao Wei', city: 'Shenzhen' },
      parcels: [{ weightG: 900 }],
    },
    { epc: 'parcels.0.epc', sscc: 'sscc', trackToken: 'trackToken', deliverAt: 'deliverAt' },
  ),
  call('load', text('Put it on a pallet', '装上托盘'), {
    container: PALLET,
    ids: ['{{epc}}'],
    step: 'packing',
    facility: '{{from}}',
  }),
  call('scan', text('The pallet departs', '托盘发出'), { ids: [PALLET], step: 'departing', facility: '{{from}}' }),
  call('unload', text('Take it off the pallet', '从托盘卸下'), { container: PALLET, facility: '{{to}}' }),
  call('scan', text('Hand it over', '签收'), { ids: ['{{epc}}'], step: 'accepting', location: '{{deliverAt}}' }),
  call('track', text('See what the public sees', '查看公开查询'), { trackToken: '{{trackToken}}' }),
  call('path_of', text('See its whole way', '查看完整轨迹'), { sscc: '{{sscc}}' }),
  view('parcels', text('See the parcels', '查看包裹')),
  view('invariants', text('Check the invariants', '检查不变量')),
];

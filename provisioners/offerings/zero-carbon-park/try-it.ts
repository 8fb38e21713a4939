/** From an empty park to a retired certificate, call by call. */
import type { TryCall } from '../../../server/domain/manifest.ts';
import type { LocalText } from '../../../server/domain/text.ts';
import { text } from '../../kit/offering.ts';

const call = (name: string, title: LocalText, body: Record<string, unknown>): TryCall => ({
  kind: 'function',
  name,
  title,
  body,
  save: {},
});
const view = (name: string, title: LocalText): TryCall => ({ kind: 'view', name, title, body: null, save: {} });

export const tryIt: TryCall[] = [
  call('register_meter', text('Register a meter', '登记计量表'), {
    meter: 'HALL-{{random}}',
    name: 'Hall 1',
    carrier: 'grid',
  }),
  call('set_factor', text('Set the factor of the grid', '设置电网排放因子'), {
    carrier: 'grid',
    gramsPerKwh: 536,
    origin: 'grid average',
    validFrom: '2020-01-01T00:00:00Z',
  }),
  call('submit_readings', text('Send three hours', '提交三小时读数'), {
    meter: 'HALL-{{random}}',
    readings: [
      { at: '2026-01-15T08:00:00Z', wh: 12_500 },
      { at: '2026-01-15T09:00:00Z', wh: 14_000 },
      { at: '2026-01-15T10:00:00Z', wh: 13_250 },
    ],
  }),
  view('emissions_by_day', text('See what it emitted', '查看排放')),
  call('receive_certificate', text('Receive a certificate', '登记绿证'), {
    certificateNo: 'GEC-{{random}}',
    source: 'wind',
    from: '2026-01-01',
    to: '2026-01-31',
    wh: 20_000,
  }),
  call('retire_certificate', text('Retire half of it', '核销一半'), {
    certificateNo: 'GEC-{{random}}',
    month: '2026-01',
    wh: 10_000,
  }),
  view('balance_by_month', text('See how close to zero', '查看零碳平衡')),
  view('invariants', text('Check the invariants', '检查不变量')),
];

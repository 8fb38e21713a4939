/** What the park does, by process, with the standard each follows. */
import type { Manifest } from '../../../server/domain/manifest.ts';
import { text } from '../../kit/offering.ts';

export const processes: Manifest['processes'] = [
  {
    code: 'metering',
    name: text('Metering', '计量'),
    standard: 'Interval readings; ISO 50001',
    what: text(
      'A reading counts once, however often it is sent; a correction keeps what it was.',
      '读数重复提交只计一次；更正保留原值。',
    ),
  },
  {
    code: 'emissions',
    name: text('Emissions', '碳排放'),
    standard: 'GHG Protocol, scopes 1 and 2, location-based',
    what: text(
      'Energy times the factor that held at that time, kept by a temporal key: one factor at any instant.',
      '能耗乘以当时有效的排放因子；由时间键约束保证任一时刻只有一个因子。',
    ),
  },
  {
    code: 'certificates',
    name: text('Certificates of origin', '绿色电力证书'),
    standard: 'Guarantee of origin, I-REC, GEC; GHG Protocol, market-based',
    what: text(
      'Retired once, against energy that was consumed, made in that year: counting twice is impossible.',
      '只能核销一次，须对应实际用电与当年生产的电量，杜绝重复计算。',
    ),
  },
];

/** What the data-analysis cloud does, by business process, with the standard each follows. */
import type { Manifest } from '../../../server/domain/manifest.ts';
import { text } from '../../kit/offering.ts';

export const processes: Manifest['processes'] = [
  {
    code: 'ingest',
    name: text('Taking events in', '事件采集'),
    standard: 'CloudEvents 1.0 over HTTP (structured, batched, binary), CSV',
    what: text(
      'Events are deduplicated by source and id; what cannot be read is kept as a reject, never lost in silence. Senders use the standard’s own form at the path events, tables go to orders.csv.',
      '按来源与编号去重；无法解析的数据保留为拒收记录，绝不悄然丢失。发送方按标准格式提交至路径 events，表格提交至 orders.csv。',
    ),
  },
  {
    code: 'star-schema',
    name: text('Facts and dimensions', '事实与维度'),
    standard: 'Star schema, SCD type 2 with temporal keys',
    what: text(
      'A dimension has one version at any instant, so old sales keep the category they were sold in.',
      '任一时刻维度只有一个版本，历史销售保留当时的类目。',
    ),
  },
  {
    code: 'models',
    name: text('Models and tests', '数据模型与测试'),
    standard: 'Names close to dbt: model, ref, test, severity',
    what: text(
      'Models run in the order of their dependencies, from watermark to watermark; a failed test blocks promotion.',
      '模型按依赖顺序、按水位线增量运行；测试不通过则阻止发布。',
    ),
  },
  {
    code: 'metrics',
    name: text('Governed metrics', '指标治理'),
    standard: 'Registered expressions only',
    what: text(
      'A metric has one definition for everybody. A caller names metrics and dimensions, never SQL.',
      '同一指标只有一个口径。调用方只能指定指标与维度，不能传入 SQL。',
    ),
  },
  {
    code: 'assets',
    name: text('Register of data assets', '数据资产登记'),
    standard: 'Classification, residency, lineage, owner',
    what: text('Every dataset says what it holds, where from, whose it is.', '每个数据集都注明内容、来源与归属。'),
  },
  {
    code: 'sharing',
    name: text('Sharing without persons', '匿名共享'),
    standard: 'k-anonymity of at least 10',
    what: text(
      'What leaves has a purpose, an end, and at least 10 people behind every figure; the database checks it.',
      '对外共享须注明用途与期限，每个数值背后至少 10 人，由数据库约束保证。',
    ),
  },
];

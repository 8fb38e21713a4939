/** The module wms: bins, put-away, waves and picks, counts. */
import { z } from 'zod';
import type { KpiSpec } from '../../../../../server/domain/manifest.ts';
import { kpi } from '../../../../kit/kpi.ts';
import { Gln, Name, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = 'wms';
const Bin = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,20}(\.[A-Za-z0-9-]{1,20}){0,5}$/, 'labels joined by dots, such as A.01.3');
const Item = z.string().min(1).max(64);
const Count = z.int().min(1).max(1_000_000);
const TaskId = z.strictObject({ taskId: z.uuid() });
const TASK = { taskId: '01920000-0000-7000-8000-000000000000' };
const FACILITY = '0614141000029';

export const wmsFunctions = {
  create_bin: {
    summary: words('Add a bin', '新增库位'),
    description: words('A place in a facility, as a path such as A.01.3.', '场站内的位置，以路径表示，例如 A.01.3。'),
    body: z.strictObject({ facility: Gln, bin: Bin }),
    writes: true,
    status: 201,
    errors: ['ICL08', 'ICL09'],
    example: { facility: FACILITY, bin: 'A.01.3' },
    module: MODULE,
  },
  receive_goods: {
    summary: words('Receive goods', '收货'),
    description: words(
      'Goods come in at a bin such as the dock. With `toBin`, a task to put them away is made and the goods wait for it.',
      '货物先入收货区等库位。指定 `toBin` 时生成上架任务，货物为其预留。',
    ),
    body: z.strictObject({ facility: Gln, bin: Bin, item: Item, qty: Count, toBin: Bin.optional() }),
    writes: true,
    status: 200,
    errors: ['ICL08'],
    example: { facility: FACILITY, bin: 'DOCK', item: 'MUG-350', qty: 120, toBin: 'A.01.3' },
    module: MODULE,
  },
  create_wave: {
    summary: words('Make a wave', '创建波次'),
    description: words(
      'Reserves all lines, bin by bin, and makes the picks; when one item is short, nothing is reserved.',
      '按库位为全部行预留并生成拣选任务；任一物料不足则整体不预留。',
    ),
    body: z.strictObject({
      facility: Gln,
      lines: z
        .array(z.strictObject({ item: Item, qty: Count }))
        .min(1)
        .max(200),
      reference: Name.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICL08', 'ICL15'],
    example: { facility: FACILITY, lines: [{ item: 'MUG-350', qty: 24 }], reference: 'wave 7' },
    module: MODULE,
  },
  complete_task: {
    summary: words('Complete a task', '完成任务'),
    description: words('The goods are put away, or picked and gone.', '货物已上架，或已拣出离库。'),
    body: TaskId,
    writes: true,
    status: 200,
    errors: ['ICL08', 'ICL15', 'ICL16'],
    example: TASK,
    module: MODULE,
  },
  cancel_task: {
    summary: words('Cancel a task', '取消任务'),
    description: words('The goods stay where they are, and are free again.', '货物留在原库位并释放预留。'),
    body: TaskId,
    writes: true,
    status: 200,
    errors: ['ICL08', 'ICL16'],
    example: TASK,
    module: MODULE,
  },
  count_bin: {
    summary: words('Count a bin', '盘点库位'),
    description: words(
      'Brings the books to what was counted; never below what is reserved.',
      '按实盘数调整账面，不得低于已预留数量。',
    ),
    body: z.strictObject({ facility: Gln, bin: Bin, item: Item, counted: z.int().min(0).max(1_000_000) }),
    writes: true,
    status: 200,
    errors: ['ICL08', 'ICL15'],
    example: { facility: FACILITY, bin: 'A.01.3', item: 'MUG-350', counted: 119 },
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

const PLACE = words('Facility', '场站');
const BIN = words('Bin', '库位');
const ITEM = words('Item', '物料');
const QTY = words('Quantity', '数量');

export const wmsViews = {
  bins: {
    summary: words('Bins', '库位'),
    key: ['facility', 'bin'],
    columns: { facility: PLACE, bin: BIN, items: words('Items', '物料种数'), qty: QTY },
    module: MODULE,
  },
  bin_stock: {
    summary: words('Stock by bin', '库位库存'),
    key: ['facility', 'item', 'bin'],
    columns: {
      facility: PLACE,
      item: ITEM,
      bin: BIN,
      qty: QTY,
      reserved: words('Reserved for tasks', '任务预留'),
      available: words('Available', '可用'),
    },
    module: MODULE,
  },
  tasks: {
    summary: words('Put-away and picking tasks', '上架与拣选任务'),
    key: ['task_id'],
    columns: {
      task_id: words('Task', '任务'),
      kind: words('Kind', '类型'),
      facility: PLACE,
      item: ITEM,
      qty: QTY,
      from_bin: words('From', '来源库位'),
      to_bin: words('To', '目标库位'),
      wave_id: words('Wave', '波次'),
      state: words('State', '状态'),
      created_at: words('Created', '创建时间'),
      closed_at: words('Closed', '关闭时间'),
    },
    module: MODULE,
  },
  waves: {
    summary: words('Waves', '波次'),
    key: ['wave_id'],
    columns: {
      wave_id: words('Wave', '波次'),
      facility: PLACE,
      reference: words('Reference', '参考号'),
      created_at: words('Created', '创建时间'),
      tasks: words('Tasks', '任务数'),
      open: words('Open', '未完成'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const wmsKpis: readonly KpiSpec[] = [
  kpi('open_tasks', 'Open warehouse tasks', '未完成仓库任务', '1', 'gauge', 'none'),
  kpi('oldest_task_minutes', 'Oldest open task', '最早未完成任务等待时长', 'min', 'gauge', 'down', 480, 1_440),
];

export const wmsInvariants = {
  bins_match_movements: words('What is in a bin is the sum of its movements', '库位数量等于其流水之和'),
  reserved_matches_open_tasks: words('Reserved goods are those of open tasks', '预留数量等于未完成任务数量'),
} as const;

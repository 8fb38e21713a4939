/** What module olap-duckdb adds to the API. */
import { z } from 'zod';
import { scope, Word, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = 'olap-duckdb';

export const olapFunctions = {
  olap_query: {
    summary: words('Put a question to the fast engine', '提交高速查询'),
    description: words(
      'A question as `query_metric` takes it, answered by DuckDB from a copy of the facts in Parquet files. Fetch the answer with `olap_result`. `fresh`: from a copy that holds everything that is loaded now. At most 20 questions wait, each for a minute at most.',
      '与 `query_metric` 相同的问题，由 DuckDB 基于 Parquet 副本计算，结果用 `olap_result` 获取。`fresh`：使用包含当前全部已加载数据的副本。最多 20 个查询等待，每个最多等待一分钟。',
    ),
    body: z.strictObject({
      metric: Word,
      by: z.array(Word).max(2).optional(),
      limit: z.int().min(1).max(5_000).optional(),
      fresh: z.boolean().optional(),
      ...scope,
    }),
    writes: true,
    status: 200,
    errors: ['ICA01', 'ICA02', 'ICA21', 'ICA22'],
    example: { metric: 'revenue', by: ['category', 'month'] },
    module: MODULE,
  },
  olap_result: {
    summary: words('Fetch the answer', '获取查询结果'),
    description: words(
      'The answer in the shape of `query_metric`, with the time it took and the rows that were scanned; or that it is still `queued` or `running`. With `waitMs` the call waits for it, up to two seconds. Answers are kept for a day.',
      '返回与 `query_metric` 相同结构的结果，附耗时与扫描行数；未完成时返回 `queued` 或 `running`。`waitMs` 可等待至多两秒。结果保留一天。',
    ),
    body: z.strictObject({ queryId: z.uuid(), waitMs: z.int().min(0).max(2_000).optional() }),
    writes: false,
    status: 200,
    errors: ['ICA04', 'ICA23', 'ICA24', 'ICA25'],
    example: { queryId: '019abcde-0000-7000-8000-000000000000', waitMs: 2_000 },
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

export const olapViews = {
  olap_queries: {
    summary: words('Questions put to the fast engine', '高速查询记录'),
    key: ['query_id'],
    columns: {
      query_id: words('Question', '查询编号'),
      asked_at: words('Asked', '提交时间'),
      asked_by: words('By', '提交者'),
      metric: words('Metric', '指标'),
      by: words('By dimensions', '维度'),
      state: words('State', '状态'),
      waited_ms: words('Waited, ms', '等待（毫秒）'),
      took_ms: words('Took, ms', '耗时（毫秒）'),
      scanned: words('Rows scanned', '扫描行数'),
      rows: words('Rows answered', '结果行数'),
      error: words('Failed with', '失败代码'),
    },
    module: MODULE,
  },
  olap_datasets: {
    summary: words('The copy that is scanned', '扫描副本'),
    key: ['dataset'],
    columns: {
      dataset: words('Dataset', '数据集'),
      files: words('Files', '文件数'),
      rows: words('Rows', '行数'),
      bytes: words('Bytes', '字节数'),
      parts_behind: words('Parts behind', '待更新分区'),
      copied_at: words('Copied last', '最近更新'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

/**
 * A question as the database compiled it (pack/modules/olap-duckdb/002_queries.sql), made into SQL for the engine. Only definitions come in:
 * what a caller wrote reaches the engine as a bound value, never as text of a statement. Pure.
 */
import { z } from 'zod';

const Metric = z.object({
  metric: z.string(),
  kind: z.enum(['sum', 'count', 'distinct', 'ratio']),
  measure: z.enum(['qty', 'revenue', 'order', 'customer', 'product']).optional(),
  get numerator(): z.ZodOptional<z.ZodType<MetricTree>> {
    return z.optional(Metric as z.ZodType<MetricTree>);
  },
  get denominator(): z.ZodOptional<z.ZodType<MetricTree>> {
    return z.optional(Metric as z.ZodType<MetricTree>);
  },
});
interface MetricTree {
  readonly metric: string;
  readonly kind: 'sum' | 'count' | 'distinct' | 'ratio';
  readonly measure?: 'qty' | 'revenue' | 'order' | 'customer' | 'product' | undefined;
  readonly numerator?: MetricTree | undefined;
  readonly denominator?: MetricTree | undefined;
}

const Dimension = z.object({ of: z.enum(['date', 'fact', 'product', 'customer']), attribute: z.string() });
type Dimension = z.infer<typeof Dimension>;

export const Plan = z.object({
  metric: Metric,
  dims: z.array(Dimension).max(2),
  filters: z.array(Dimension.extend({ values: z.array(z.string()).min(1) })),
  /** Days as 20261122, both inclusive. */
  since: z.int(),
  until: z.int(),
  source: z.string().nullable(),
  currency: z.string().nullable(),
  weekStart: z.enum(['monday', 'sunday']),
});
export type Plan = z.infer<typeof Plan>;

export interface Statement {
  readonly sql: string;
  readonly values: readonly string[];
  /** Names of the metrics that are counted, in the order of their columns, which come after key and series. */
  readonly counted: readonly string[];
}

/** Relations of a statement: whatever is in place of a name must be the engine's own text. */
export interface Relations {
  readonly sales: string;
  readonly member: string;
}

/** Columns: key, series, one integer for each counted metric, lines, people.
 * @param cellsMax one row more than this is answered when there are more, and no further */
export function compile(plan: Plan, { sales, member }: Relations, cellsMax: number): Statement {
  const values: string[] = [];
  const bind = (value: string): string => `$${values.push(value)}`;
  const leaves = leavesOf(plan.metric);
  const [key, series] = plan.dims.map((dimension) => dimensionSql(dimension, plan.weekStart, bind));
  const conditions = [
    plan.source === null ? "f.source <> 'smoke'" : `f.source = ${bind(plan.source)}`,
    ...(plan.currency === null ? [] : [`f.currency = ${bind(plan.currency)}`]),
    ...plan.filters.map(
      (filter) =>
        `${dimensionSql(filter, plan.weekStart, bind)} IN (${filter.values.map((value) => bind(value)).join(', ')})`,
    ),
  ];
  const columns = [
    `${key ?? "'all'"} AS key`,
    `${series ?? 'NULL::VARCHAR'} AS series`,
    ...leaves.map((leaf, n) => `(${leafSql(leaf)})::VARCHAR AS m${n}`),
    'count(*)::VARCHAR AS lines',
    'count(DISTINCT c.id)::VARCHAR AS people',
  ];
  const sql = `SELECT ${columns.join(', ')} FROM ${sales} f
    LEFT JOIN ${member} p ON p.member_key = f.product_key
    LEFT JOIN ${member} c ON c.member_key = f.customer_key
    WHERE ${conditions.join(' AND ')} ${key === undefined ? '' : 'GROUP BY 1, 2'} LIMIT ${cellsMax + 1}`;
  return { sql, values, counted: leaves.map(({ metric }) => metric) };
}

/** What is counted for a metric: itself, or what a ratio stands on; each once. */
function leavesOf(tree: MetricTree): readonly MetricTree[] {
  if (tree.kind !== 'ratio') return [tree];
  const below = [tree.numerator, tree.denominator].flatMap((part) => (part === undefined ? [] : leavesOf(part)));
  return [...new Map(below.map((leaf) => [leaf.metric, leaf])).values()];
}

function leafSql({ kind, measure }: MetricTree): string {
  if (kind === 'count') return 'count(*)';
  if (kind === 'sum') return measure === 'revenue' ? 'coalesce(sum(f.revenue_minor), 0)' : 'coalesce(sum(f.qty), 0)';
  if (measure === 'order') return 'count(DISTINCT (f.source, f.event_id))';
  return measure === 'customer' ? 'count(DISTINCT c.id)' : 'count(DISTINCT p.id)';
}

function dimensionSql({ of, attribute }: Dimension, weekStart: Plan['weekStart'], bind: (value: string) => string) {
  if (of === 'fact') return attribute === 'source' ? 'f.source' : 'f.currency';
  if (of === 'date') return DATES[attribute]?.(weekStart) ?? DATES['day']!(weekStart);
  const alias = of === 'product' ? 'p' : 'c';
  if (of === 'product' && attribute === 'sku') return 'p.id';
  if (of === 'customer' && attribute === 'customer') return "coalesce(c.id, 'unknown')";
  return `coalesce(${alias}.attributes[${bind(attribute)}], 'unknown')`;
}

const DATES: Readonly<Record<string, (weekStart: Plan['weekStart']) => string>> = {
  day: () => "strftime(f.d, '%Y-%m-%d')",
  month: () => "strftime(f.d, '%Y-%m')",
  quarter: () => "strftime(f.d, '%Y-Q') || quarter(f.d)",
  weekday: () => 'isodow(f.d)::VARCHAR',
  week: (weekStart) =>
    `strftime(f.d - (${weekStart === 'sunday' ? 'dayofweek(f.d)' : 'isodow(f.d) - 1'})::INTEGER, '%Y-%m-%d')`,
};

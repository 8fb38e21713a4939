/** List prices a month, before tax, public model. XL is by quote. */
import type { ListPrice } from '../../kit/offering.ts';
import { monthly } from '../../kit/price.ts';

export const prices: readonly ListPrice[] = [
  monthly('analytics.plan.S', 299, 45, 42),
  monthly('analytics.plan.M', 1_599, 229, 213),
  monthly('analytics.plan.L', 5_999, 859, 799),
  monthly('analytics.module.connectors', 349, 50, 47),
  monthly('analytics.module.dashboards', 399, 57, 53),
  monthly('analytics.module.quality', 349, 50, 47),
  monthly('analytics.module.catalog-lineage', 399, 57, 53),
  monthly('analytics.module.streaming-rollups', 449, 64, 60),
  monthly('analytics.module.olap-duckdb', 599, 86, 80),
  monthly('analytics.module.clickhouse', 629, 90, 84),
  monthly('analytics.module.data-sharing', 399, 57, 53),
  monthly('analytics.module.customer-360', 499, 72, 67),
  monthly('analytics.module.forecast', 399, 57, 53),
  monthly('analytics.module.privacy', 449, 64, 60),
];

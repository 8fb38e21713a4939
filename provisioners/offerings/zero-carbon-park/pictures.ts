/** What people look at rather than read. */
import type { Manifest } from '../../../server/domain/manifest.ts';
import { text } from '../../kit/offering.ts';

const CARRIERS = {
  grid: text('Grid', '电网'),
  solar: text('Solar', '光伏'),
  gas: text('Gas', '燃气'),
  heat: text('Heat', '热力'),
};

type Series = Extract<NonNullable<Manifest['pictures']>[number], { kind: 'series' }>;

const of = (name: string, column: string): Pick<Series, 'kind' | 'rows' | 'inputs' | 'x' | 'module'> => ({
  kind: 'series',
  rows: { kind: 'view', name, where: {} },
  inputs: [],
  x: { column, kind: 'time' },
  module: null,
});

export const pictures: NonNullable<Manifest['pictures']> = [
  {
    ...of('emissions_by_day', 'day'),
    name: 'emissions',
    title: text('Emissions by day', '每日排放'),
    what: text('Kilograms of CO₂e by day, a line for each carrier.', '按能源类型统计的每日二氧化碳当量（千克）。'),
    words: CARRIERS,
    measures: [{ column: 'kg', label: text('Emissions', '排放') }],
    by: 'carrier',
    figure: 'number',
    unit: 'kg',
  },
  {
    ...of('balance_by_month', 'month'),
    name: 'balance',
    title: text('Electricity by month', '每月电力构成'),
    what: text('From the grid, from the roof, and what certificates stand for.', '电网用电、自发光伏与绿证抵扣。'),
    words: {},
    x: { column: 'month', kind: 'category' },
    measures: [
      { column: 'grid_kwh', label: text('Grid', '电网') },
      { column: 'solar_kwh', label: text('Solar', '光伏') },
      { column: 'certified_kwh', label: text('Certified', '绿证') },
    ],
    by: null,
    figure: 'number',
    unit: 'kWh',
  },
];

'use client';

import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { useState } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { Button } from './button.tsx';
import { formatCompact, formatQuantity } from './format.ts';
import { formatClock, formatDate, formatDateTime, zoneOffsetMs } from './format-time.ts';
import { Scroller } from './scroller.tsx';
import { axisTop, joinSeries, timeTicks, valueTicks, type Series } from './series-rows.ts';

export interface SeriesChartProps {
  /** The question it answers: "Calls a minute". */
  readonly title: string;
  /** At most four; told apart by dash and name. */
  readonly series: readonly Series[];
  readonly unit: string;
  readonly warn?: number;
  readonly crit?: number;
  readonly height?: number;
}

const THRESHOLD_DASH = '4 3';
const DASHES = ['', '5 3', '2 3', '8 3 2 3'];
const DAY_MS = 86_400_000;
const TABLE_ROWS_MAX = 200;

function SeriesTable({ title, series, unit }: Pick<SeriesChartProps, 'title' | 'series' | 'unit'>) {
  const t = useTranslations('ui.chart');
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const rows = joinSeries(series).slice(-TABLE_ROWS_MAX).toReversed();
  return (
    <Scroller label={title} className="max-h-64 overflow-auto">
      <table className="tbl" data-row="dense">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t('time')}</th>
            {series.map(({ key, label }) => (
              <th key={key} scope="col" className="text-right">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.at}>
              <th scope="row" className="num">
                {formatDateTime(new Date(row.at), locale, timeZone)}:{formatClock(new Date(row.at), timeZone).slice(-2)}
              </th>
              {series.map(({ key }) => {
                const value = row[key];
                return (
                  <td key={key} className="num-cell">
                    {value === null || value === undefined ? '–' : formatQuantity(value, unit, locale)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

interface LegendEntry {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly dash: string;
}

function Legend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-12 text-ink-2">
      {entries.map(({ key, label, color, dash }) => (
        <li key={key} className="flex items-center gap-1.5">
          <svg aria-hidden width="20" height="8">
            <line x1="0" y1="4" x2="20" y2="4" stroke={color} strokeWidth="1.5" strokeDasharray={dash} />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}

/** A question over time: axes, units, thresholds as lines, gaps as gaps; the same figures as a table on request. */
export function SeriesChart({ title, series, unit, warn, crit, height = 200 }: SeriesChartProps) {
  const t = useTranslations('ui.chart');
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const [asTable, setAsTable] = useState(false);
  const rows = joinSeries(series);
  const [first, last] = [rows[0]?.at ?? 0, rows.at(-1)?.at ?? 0];
  const offsetMs = zoneOffsetMs(new Date(last), timeZone);
  const moments = [...timeTicks(first, last, offsetMs)];
  const areDays = moments.every((at) => (at + offsetMs) % DAY_MS === 0);
  const tickText = (at: number): string =>
    last - first > DAY_MS
      ? areDays
        ? formatDate(new Date(at), locale, timeZone)
        : formatDateTime(new Date(at), locale, timeZone, new Date(last))
      : formatClock(new Date(at), timeZone, 'min');
  const thresholds = [
    ...(warn === undefined
      ? []
      : [
          {
            key: 'warn',
            value: warn,
            color: 'var(--wait-dot)',
            label: t('warnAt', { value: formatQuantity(warn, unit, locale) }),
          },
        ]),
    ...(crit === undefined
      ? []
      : [
          {
            key: 'crit',
            value: crit,
            color: 'var(--bad-dot)',
            label: t('critAt', { value: formatQuantity(crit, unit, locale) }),
          },
        ]),
  ];
  const lines = series.map(({ key, label, forecast }, index) => ({
    key,
    label,
    color: index === 0 ? 'var(--ink)' : 'var(--ink-2)',
    dash: forecast ? '3 4' : (DASHES[index] ?? ''),
  }));
  const legend = [
    ...(lines.length > 1 ? lines : []),
    ...thresholds.map((threshold) => ({ ...threshold, dash: THRESHOLD_DASH })),
  ];
  const top = axisTop(
    series,
    thresholds.map(({ value }) => value),
  );
  const axis = { fontSize: 12, fill: 'var(--ink-3)' };
  return (
    <figure aria-label={title}>
      <figcaption className="mb-2 flex flex-wrap items-center gap-x-5 gap-y-2">
        <span className="text-13 font-semibold">
          {title}
          {unit !== '' && <span className="ml-1.5 text-12 font-normal text-ink-3">{unit}</span>}
        </span>
        <Legend entries={legend} />
        <Button size="sm" kind="ghost" onClick={() => setAsTable(!asTable)} className="-my-1 -mr-2 ml-auto">
          {asTable ? t('showChart') : t('showTable')}
        </Button>
      </figcaption>
      {rows.length === 0 ? (
        <p className="grid place-items-center rounded-md bg-sunken text-12 text-ink-3" style={{ height }}>
          {t('noData')}
        </p>
      ) : asTable ? (
        <SeriesTable title={title} series={series} unit={unit} />
      ) : (
        <div aria-hidden>
          <ResponsiveContainer width="100%" height={height}>
            <LineChart data={[...rows]} margin={{ top: 8, right: 16, bottom: 0, left: 0 }} accessibilityLayer={false}>
              <CartesianGrid vertical={false} stroke="var(--line)" />
              <XAxis
                dataKey="at"
                type="number"
                scale="time"
                domain={['dataMin', 'dataMax']}
                tickFormatter={tickText}
                tick={axis}
                tickLine={false}
                axisLine={{ stroke: 'var(--line-2)' }}
                ticks={moments}
                interval="preserveStartEnd"
                minTickGap={24}
              />
              <YAxis
                domain={[0, top]}
                tickFormatter={(value: number) => formatCompact(value, locale)}
                tick={axis}
                tickLine={false}
                axisLine={false}
                width={44}
                ticks={[...valueTicks(top)]}
                interval={0}
              />
              {thresholds.map(({ key, value, color }) => (
                <ReferenceLine key={key} y={value} stroke={color} strokeDasharray={THRESHOLD_DASH} />
              ))}
              <Tooltip
                isAnimationActive={false}
                cursor={{ stroke: 'var(--control)' }}
                labelFormatter={(at) => (typeof at === 'number' ? formatDateTime(new Date(at), locale, timeZone) : '')}
                formatter={(value) => (typeof value === 'number' ? formatQuantity(value, unit, locale) : '–')}
                contentStyle={{
                  background: 'var(--surface)',
                  border: '1px solid var(--line-2)',
                  borderRadius: 6,
                  fontSize: 12,
                  color: 'var(--ink)',
                }}
                itemStyle={{ color: 'var(--ink-2)' }}
              />
              {lines.map(({ key, label, color, dash }) => (
                <Line
                  key={key}
                  dataKey={key}
                  name={label}
                  stroke={color}
                  strokeWidth={1.5}
                  strokeDasharray={dash}
                  dot={false}
                  activeDot={{ r: 3, fill: 'var(--ink)' }}
                  connectNulls={false}
                  isAnimationActive={false}
                />
              ))}
            </LineChart>
          </ResponsiveContainer>
        </div>
      )}
    </figure>
  );
}

'use client';

import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { formatDate, formatDateTime, zoneOffsetMs } from '@/app/_ui/format-time.ts';
import { Scroller } from '@/app/_ui/scroller.tsx';
import { SeriesChart } from '@/app/_ui/series-chart.tsx';
import type { Series } from '@/app/_ui/series-rows.ts';
import { formatFigure, isDate, type Row } from './cells.ts';
import { barsByCategory, linesOverTime, type Bars, type SeriesPicture as Spec } from './series-data.ts';

/** Fewer moments than this are read, not seen as a line. */
const LINE_FROM = 6;
const HEIGHT = 180;

/** Figures over time as lines; by category, or with few moments, as bars with their values. */
export function SeriesPicture({ picture, rows }: { readonly picture: Spec; readonly rows: readonly Row[] }) {
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  if (picture.x.kind === 'category') return <BarTable picture={picture} bars={barsByCategory(picture, rows, locale)} />;
  const lines = linesOverTime(picture, rows, locale, (at) => zoneOffsetMs(new Date(at), timeZone));
  const moments = [...new Set(lines.flatMap(({ points }) => points.map(({ at }) => at)))].toSorted((a, b) => a - b);
  if (moments.length < LINE_FROM) {
    const dated = rows.every((row) => isDate(row[picture.x.column]));
    const name = (at: number): string =>
      dated ? formatDate(new Date(at), locale, timeZone) : formatDateTime(new Date(at), locale, timeZone);
    return <BarTable picture={picture} bars={barsOf(lines, moments, name)} />;
  }
  const unit = picture.figure === 'percent' ? '%' : picture.figure === 'ms' ? 'ms' : picture.unit;
  return (
    <SeriesChart
      title={lines.length === 1 ? (lines[0]?.label ?? '') : picture.title[locale]}
      series={lines}
      unit={unit}
      height={HEIGHT}
    />
  );
}

function barsOf(lines: readonly Series[], moments: readonly number[], name: (at: number) => string): Bars {
  const rows = moments.map((moment) => ({
    category: name(moment),
    values: lines.map(({ points }) => points.find(({ at }) => at === moment)?.value ?? null),
  }));
  return {
    lines,
    rows,
    top: Math.max(0, ...rows.flatMap(({ values }) => values.map((value) => Math.abs(value ?? 0)))),
  };
}

/** A table whose cells are bars with their figures: bars from zero, one scale. */
function BarTable({ picture, bars }: { readonly picture: Spec; readonly bars: Bars }) {
  const t = useTranslations('pictures');
  const locale = useLocale();
  return (
    <Scroller label={t('drawing', { title: picture.title[locale] })} className="max-h-96 overflow-auto">
      <table className="tbl" data-row="dense">
        <caption className="sr-only">{picture.title[locale]}</caption>
        <thead className={bars.lines.length === 1 ? 'sr-only' : undefined}>
          <tr>
            <th scope="col">
              <span className="sr-only">{picture.x.column}</span>
            </th>
            {bars.lines.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.rows.map(({ category, values }) => (
            <tr key={category}>
              <th scope="row" className="w-px whitespace-nowrap">
                {category}
              </th>
              {bars.lines.map(({ key }, index) => (
                <td key={key}>
                  <Bar value={values[index] ?? null} top={bars.top} picture={picture} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

function Bar({ value, top, picture }: { readonly value: number | null; readonly top: number; readonly picture: Spec }) {
  const locale = useLocale();
  if (value === null) return <span className="text-ink-3">–</span>;
  const share = top === 0 ? 0 : Math.abs(value) / top;
  return (
    <span className="flex items-center gap-2">
      <span className="h-2 min-w-px rounded-sm bg-ink-3" style={{ width: `calc((100% - 96px) * ${share})` }} />
      <span className="num whitespace-nowrap">{formatFigure(value, picture.figure, picture.unit, locale)}</span>
    </span>
  );
}

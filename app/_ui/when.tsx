'use client';

import { useLocale, useTimeZone } from 'next-intl';
import { useClock } from './use-clock.ts';
import { formatAbsolute, formatWhen } from './format-time.ts';

const REFRESH_MS = 10_000;

export interface WhenProps {
  readonly at: Date | string;
  /** `relative` ages while one looks; `absolute` for audit and deadlines. */
  readonly style?: 'relative' | 'absolute';
  readonly className?: string;
}

/** A point in time; hovering tells it to the second with its zone. */
export function When({ at, style = 'relative', className }: WhenProps) {
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const now = useClock(REFRESH_MS);
  const date = typeof at === 'string' ? new Date(at) : at;
  const absolute = formatAbsolute(date, timeZone);
  return (
    <time dateTime={date.toISOString()} title={absolute} className={className ?? 'whitespace-nowrap'}>
      {style === 'absolute' ? absolute : formatWhen(date, now, locale, timeZone)}
    </time>
  );
}

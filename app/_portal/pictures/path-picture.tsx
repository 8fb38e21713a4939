'use client';

import { CircleCheck, CircleDashed, CircleDot } from 'lucide-react';
import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { cx } from '@/app/_ui/cx.ts';
import { formatAbsolute, formatDateTime } from '@/app/_ui/format-time.ts';
import type { Picture } from '@/server/domain/picture.ts';
import { cellText, IN_UTC, textAt, toInstant, type Row } from './cells.ts';

type Spec = Extract<Picture, { kind: 'path' }>;

/** Steps of one thing in order: done, the last one done, and those still ahead. */
export function PathPicture({ picture, rows }: { readonly picture: Spec; readonly rows: readonly Row[] }) {
  const t = useTranslations('pictures');
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const steps = rows.map((row) => ({
    step: textAt(row, picture.step, picture.words, locale),
    place: textAt(row, picture.place, picture.words, locale),
    note: textAt(row, picture.note, picture.words, locale),
    done: picture.at === null || cellText(row[picture.at], {}, locale) !== '',
    at: picture.at === null ? null : toInstant(row[picture.at], IN_UTC),
  }));
  const lastDone = steps.findLastIndex(({ done }) => done);
  return (
    <ol>
      {steps.map(({ step, place, note, done, at }, index) => {
        const Icon = !done ? CircleDashed : index === lastDone ? CircleDot : CircleCheck;
        return (
          <li
            // The order is the identity: a path may pass the same place twice.
            key={`${index} ${step}`}
            className="relative grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 pb-3 last:pb-0 sm:grid-cols-[16px_minmax(0,1fr)_auto]"
          >
            {index < steps.length - 1 && (
              <span
                aria-hidden
                className={cx(
                  'absolute top-5 bottom-0 left-[7px] border-l',
                  done ? 'border-line-2' : 'border-dashed border-line-2',
                )}
              />
            )}
            <Icon className={cx('mt-[3px]', done ? 'text-ok' : 'text-ink-3')} />
            <span className="min-w-0">
              <span className={cx(index === lastDone && 'font-semibold', !done && 'text-ink-3')}>{step}</span>
              {!done && <span className="text-12 text-ink-3"> · {t('ahead')}</span>}
              {place !== '' && <span className="block text-ink-2">{place}</span>}
              {note !== '' && <span className="block text-12 break-words text-ink-3">{note}</span>}
            </span>
            {at !== null && (
              <time
                dateTime={new Date(at).toISOString()}
                title={formatAbsolute(new Date(at), timeZone)}
                className="num text-12 text-ink-3 max-sm:col-start-2"
              >
                {formatDateTime(new Date(at), locale, timeZone)}
              </time>
            )}
          </li>
        );
      })}
    </ol>
  );
}

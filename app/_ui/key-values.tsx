import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface KeyValue {
  readonly label: string;
  readonly value: ReactNode;
}

/** Facts: name left, value right. `start` puts the values next to the names, for wide places. */
export function KeyValues({
  rows,
  align = 'end',
  className,
}: {
  readonly rows: readonly KeyValue[];
  readonly align?: 'start' | 'end';
  readonly className?: string;
}) {
  return (
    <dl className={cx('grid grid-cols-[minmax(88px,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-13', className)}>
      {rows.map(({ label, value }) => (
        <div key={label} className="contents">
          <dt className="text-ink-3">{label}</dt>
          <dd className={cx('min-w-0 break-words', align === 'end' && 'text-right')}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

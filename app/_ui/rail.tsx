import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface RailPartProps {
  readonly title?: string;
  readonly side?: ReactNode;
  readonly children: ReactNode;
  /** At the foot of the rail, for the action. */
  readonly foot?: boolean;
  readonly className?: string;
}

/** One part of a rail, a line below it; the foot carries the page's action and stays in reach on small screens. */
export function RailPart({ title, side, children, foot = false, className }: RailPartProps) {
  return (
    <div
      className={cx(
        'bg-surface px-5 py-4',
        foot
          ? 'mt-auto grid gap-2 max-lg:sticky max-lg:bottom-0 max-lg:z-20 max-lg:border-t max-lg:border-line'
          : 'border-line max-lg:border-t lg:border-b lg:last:border-0',
        className,
      )}
    >
      {title !== undefined && (
        <div className="mb-2 flex items-center justify-between gap-3">
          <h2 className="text-13">{title}</h2>
          {side !== undefined && <div className="text-12 text-ink-3">{side}</div>}
        </div>
      )}
      {children}
    </div>
  );
}

import { useId, type ReactNode } from 'react';
import { cx } from './cx.ts';

export interface PanelProps {
  readonly title?: string;
  /** Right end of the head: an age, a link, a small button. */
  readonly side?: ReactNode;
  readonly children: ReactNode;
  /** Inner padding; off for tables and lists that go to the edge. */
  readonly padded?: boolean;
  readonly className?: string;
}

/** One subject in a frame; never one fact. */
export function Panel({ title, side, children, padded = false, className }: PanelProps) {
  const titleId = useId();
  return (
    <section
      className={cx('panel overflow-hidden', className)}
      {...(title !== undefined && { 'aria-labelledby': titleId })}
    >
      {title !== undefined && (
        <header className="flex min-h-10 items-center justify-between gap-3 border-b border-line px-4 py-1.5">
          <h2 id={titleId} className="text-13">
            {title}
          </h2>
          {side !== undefined && <div className="flex items-center gap-2 text-12 text-ink-3">{side}</div>}
        </header>
      )}
      {padded ? <div className="p-4">{children}</div> : children}
    </section>
  );
}

import type { ReactNode } from 'react';

/** What scrolls must be reachable by keyboard, although it is not a control. */
const REACHABLE = { tabIndex: 0 } as const;

/** A box whose content scrolls inside it; named, because one can land on it with Tab. */
export function Scroller({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <section aria-label={label} className={className} {...REACHABLE}>
      {children}
    </section>
  );
}

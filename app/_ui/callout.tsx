import { CircleCheck, CircleX, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export type CalloutTone = 'info' | 'ok' | 'wait' | 'bad';

const LOOK = {
  info: [Info, 'text-ink-3', 'border-line bg-sunken'],
  ok: [CircleCheck, 'text-ok', 'border-ok-dot/40 bg-ok-soft'],
  wait: [TriangleAlert, 'text-wait', 'waiting'],
  bad: [CircleX, 'text-bad', 'border-bad-dot/50 bg-bad-soft'],
} as const satisfies Record<CalloutTone, readonly [LucideIcon, string, string]>;

export interface CalloutProps {
  readonly tone?: CalloutTone;
  readonly title?: string;
  readonly children?: ReactNode;
  /** Right end: a small button, a link. */
  readonly action?: ReactNode;
  /** Read out when it appears: errors at once, others when there is a pause. */
  readonly live?: boolean;
}

/** A sentence that concerns the whole place it stands in. */
export function Callout({ tone = 'info', title, children, action, live = false }: CalloutProps) {
  const [Icon, color, frame] = LOOK[tone];
  return (
    <div
      className={cx('flex items-start gap-2.5 rounded-md border px-3 py-2 text-13', frame)}
      {...(live && { role: tone === 'bad' ? 'alert' : 'status' })}
    >
      <Icon className={cx('mt-[3px]', color)} />
      <div className="min-w-0 flex-1">
        {title !== undefined && <div className="font-medium">{title}</div>}
        {children !== undefined && <div className={cx(title !== undefined && 'text-ink-2')}>{children}</div>}
      </div>
      {action !== undefined && <div className="-my-1 flex shrink-0 items-center gap-2">{action}</div>}
    </div>
  );
}

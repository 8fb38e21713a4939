import type { ReactNode } from 'react';
import type { Tone } from '../../server/domain/lifecycle.ts';
import { cx } from './cx.ts';
import { TONE_BADGE, TONE_DOT } from './tone.ts';

export interface BadgeProps {
  readonly children: ReactNode;
  readonly tone?: Tone;
  readonly className?: string;
}

/** A word in a frame; with a tone, on its soft ground. */
export function Badge({ children, tone, className }: BadgeProps) {
  return <span className={cx('badge', tone ? TONE_BADGE[tone] : 'badge-line', className)}>{children}</span>;
}

export interface StateBadgeProps {
  readonly tone: Tone;
  /** The state in the reader's language. */
  readonly word: string;
  /** What it waits for, what failed, which invariant: "Degraded: stock_reserved". */
  readonly reason?: string | null | undefined;
  /** The dot breathes while something is under way; by default where the tone is `run`. */
  readonly live?: boolean;
}

/** State as dot, word and reason; colour is never alone. */
export function StateBadge({ tone, word, reason, live = tone === 'run' }: StateBadgeProps) {
  return (
    <span className={cx('badge max-w-full', TONE_BADGE[tone])}>
      <i className={cx('dot', TONE_DOT[tone], live && 'animate-breathe')} />
      <span className="truncate">
        {word}
        {reason ? `: ${reason}` : ''}
      </span>
    </span>
  );
}

import { CopyButton } from './copy-button.tsx';
import { cx } from './cx.ts';
import { shortenId } from './format.ts';

export interface IdProps {
  readonly value: string;
  /** Shown instead of the shortened value. */
  readonly text?: string;
  /** Words before it that are copied neither: "plan 9f3c07…e21a". */
  readonly prefix?: string;
  readonly copy?: boolean;
  readonly className?: string;
}

/** An id in mono: short ones whole, hashes without their middle; copying gives all of it. */
export function Id({ value, text, prefix, copy = true, className }: IdProps) {
  return (
    <span className={cx('id inline-flex max-w-full min-w-0 items-center text-ink-2', className)}>
      {prefix !== undefined && <span className="whitespace-pre">{prefix} </span>}
      <span className="truncate" title={value}>
        {text ?? shortenId(value)}
      </span>
      {copy && <CopyButton value={value} className="-my-0.5 -mr-1" />}
    </span>
  );
}

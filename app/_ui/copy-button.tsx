'use client';

import { Check, Copy } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { cx } from './cx.ts';
import { Tooltip } from './tooltip.tsx';

const SHOWN_MS = 1500;

export interface CopyButtonProps {
  /** What lands on the clipboard, whole. */
  readonly value: string;
  /** What is copied, in words; default the value. */
  readonly what?: string;
  readonly className?: string;
}

/** A small copy button; says "Copied" for a moment. */
export function CopyButton({ value, what = value, className }: CopyButtonProps) {
  const t = useTranslations('ui');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    void navigator.clipboard.writeText(value).then(() => setCopied(true));
  };
  const words = copied ? t('copied') : t('copy', { what });
  return (
    <Tooltip content={words}>
      <button
        type="button"
        aria-label={words}
        onClick={copy}
        className={cx(
          'relative z-10 grid size-6 shrink-0 place-items-center rounded-sm text-ink-3 hover:text-ink',
          className,
        )}
      >
        {copied ? <Check className="size-3 text-ok" /> : <Copy className="size-3" />}
      </button>
    </Tooltip>
  );
}

'use client';

import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import { focusFirstField } from './focus-first-field.ts';

export interface DialogProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  /** Buttons, right; the primary one last. */
  readonly footer?: ReactNode;
  /** The element that opens it; or control it with `open`. */
  readonly trigger?: ReactNode;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly width?: 'normal' | 'wide';
}

interface HeadProps {
  readonly title: string;
  readonly description?: ReactNode;
}

function Head({ title, description }: HeadProps) {
  const t = useTranslations('ui');
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <Radix.Title className="text-16">{title}</Radix.Title>
        {description !== undefined && (
          <Radix.Description asChild>
            <div className="mt-1 text-ink-2">{description}</div>
          </Radix.Description>
        )}
      </div>
      <Radix.Close asChild>
        <Button kind="ghost" size="sm" iconOnly aria-label={t('close')} className="-mt-0.5 -mr-1.5">
          <X />
        </Button>
      </Radix.Close>
    </div>
  );
}

/** A question that stops the page. One level only; what needs more is a page. */
export function Dialog({ title, description, children, footer, trigger, width = 'normal', ...state }: DialogProps) {
  return (
    <Radix.Root {...state}>
      {trigger !== undefined && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          onOpenAutoFocus={focusFirstField}
          {...(description === undefined && { 'aria-describedby': undefined })}
          className={cx(
            'fixed top-[12vh] left-1/2 z-50 grid max-h-[80vh] w-[calc(100vw-32px)] -translate-x-1/2 gap-4 overflow-y-auto rounded-lg bg-surface p-5 shadow-pop outline-none',
            width === 'wide' ? 'max-w-2xl' : 'max-w-md',
          )}
        >
          <Head title={title} {...(description !== undefined && { description })} />
          <div className="min-w-0">{children}</div>
          {footer !== undefined && <div className="flex flex-wrap justify-end gap-2">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A sheet from the right, for detail beside a list or the navigation on small screens (`side="left"`). */
export function Drawer({
  title,
  description,
  children,
  footer,
  trigger,
  side = 'right',
  ...state
}: Omit<DialogProps, 'width'> & { readonly side?: 'left' | 'right' }) {
  return (
    <Radix.Root {...state}>
      {trigger !== undefined && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          onOpenAutoFocus={focusFirstField}
          {...(description === undefined && { 'aria-describedby': undefined })}
          className={cx(
            'fixed inset-y-0 z-50 flex w-[min(384px,calc(100vw-40px))] flex-col bg-surface shadow-pop outline-none',
            side === 'right' ? 'right-0 animate-slide' : 'left-0 max-w-72',
          )}
        >
          <div className="border-b border-line px-5 py-3">
            <Head title={title} {...(description !== undefined && { description })} />
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto p-5">{children}</div>
          {footer !== undefined && (
            <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

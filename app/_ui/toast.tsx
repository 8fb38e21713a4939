'use client';

import { CircleCheck, CircleX, Info, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';
import { AppLink } from './app-link.tsx';
import { Button, buttonClass } from './button.tsx';

const SHOWN_MS = 6000;

export interface ToastInput {
  /** The result in a sentence: "Order O-2026-0311 sent. It waits for Lin Qiao." Errors stand in place, not here. */
  readonly text: ReactNode;
  readonly tone?: 'ok' | 'info' | 'bad';
  /** The next step. */
  readonly action?: { readonly label: string; readonly href?: string; readonly onClick?: () => void };
}

interface Shown extends ToastInput {
  readonly key: number;
}

const ToastContext = createContext<(toast: ToastInput) => void>(() => undefined);

/** `const toast = useToast(); toast({ text, action })`. */
export function useToast(): (toast: ToastInput) => void {
  return useContext(ToastContext);
}

const ICON = {
  ok: <CircleCheck className="size-4 text-ok" />,
  info: <Info className="size-4 text-ink-3" />,
  bad: <CircleX className="size-4 text-bad" />,
} as const;

function ToastAction({ action }: { readonly action: NonNullable<ToastInput['action']> }) {
  return (
    <Radix.Action asChild altText={action.label}>
      {action.href === undefined ? (
        <Button kind="ghost" size="sm" onClick={action.onClick}>
          {action.label}
        </Button>
      ) : (
        <AppLink href={action.href} className={buttonClass({ kind: 'ghost', size: 'sm' })}>
          {action.label}
        </AppLink>
      )}
    </Radix.Action>
  );
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const t = useTranslations('ui');
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const add = useCallback(
    (toast: ToastInput) => setToasts((all) => [...all, { ...toast, key: (all.at(-1)?.key ?? 0) + 1 }]),
    [],
  );
  const remove = (key: number): void => setToasts((all) => all.filter((toast) => toast.key !== key));
  return (
    <ToastContext value={add}>
      <Radix.Provider duration={SHOWN_MS} label={t('notifications')}>
        {children}
        {toasts.map((toast) => (
          <Radix.Root
            key={toast.key}
            onOpenChange={(open) => !open && remove(toast.key)}
            className="flex animate-pop items-center gap-3 rounded-lg bg-surface py-2 pr-2 pl-4 shadow-pop"
          >
            {ICON[toast.tone ?? 'ok']}
            <Radix.Description className="min-w-0 flex-1">{toast.text}</Radix.Description>
            {toast.action && <ToastAction action={toast.action} />}
            <Radix.Close asChild>
              <Button kind="ghost" size="sm" iconOnly aria-label={t('close')}>
                <X />
              </Button>
            </Radix.Close>
          </Radix.Root>
        ))}
        <Radix.Viewport className="fixed right-4 bottom-4 z-50 grid w-[min(440px,calc(100vw-32px))] gap-2 outline-none" />
      </Radix.Provider>
    </ToastContext>
  );
}

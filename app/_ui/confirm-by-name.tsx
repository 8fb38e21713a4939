'use client';

import { Minus } from 'lucide-react';
import { AlertDialog } from 'radix-ui';
import { useTranslations } from 'next-intl';
import { useId, useState, useTransition, type FormEvent, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Callout } from './callout.tsx';
import { focusFirstField } from './focus-first-field.ts';

export interface ConfirmByNameProps {
  /** The button that opens it; its words end in "…". Left out where `open` is controlled (from a menu). */
  readonly trigger?: ReactNode;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly title: string;
  /** What will be so afterwards, one line each. */
  readonly consequences: readonly ReactNode[];
  /** What must be typed; left out where the consequences alone are enough. */
  readonly name?: string;
  /** Names the act: "Retire shop-stage". */
  readonly action: string;
  readonly busyLabel: string;
  /** A sentence when it failed; nothing when it is done, and the dialog closes. */
  readonly onConfirm: () => Promise<string | void>;
  /** More fields, above the name: a reason. */
  readonly children?: ReactNode;
}

/** The name inside the sentence that asks for it. */
const strong = (name: string) => () => <b className="font-medium text-ink select-all">{name}</b>;

function NameBox({
  name,
  value,
  onChange,
}: {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const t = useTranslations('ui.confirm');
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-12 text-ink-2">
        {t.rich('type', { name: strong(name) })}
      </label>
      <span className="input">
        <input
          id={id}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          className="w-full bg-transparent outline-none"
        />
      </span>
    </div>
  );
}

/** Before something is lost: what follows, then the name, then a button that names the act. */
export function ConfirmByName({
  trigger,
  open,
  onOpenChange,
  title,
  consequences,
  name,
  action,
  busyLabel,
  onConfirm,
  children,
}: ConfirmByNameProps) {
  const t = useTranslations('ui.confirm');
  const [ownOpen, setOwnOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, startTransition] = useTransition();
  const setOpen = (next: boolean): void => {
    setOwnOpen(next);
    onOpenChange?.(next);
    setTyped('');
    setFailure(null);
  };
  const missing = name !== undefined && typed.trim() !== name;
  const confirm = (event: FormEvent): void => {
    event.preventDefault();
    if (missing || busy) return;
    startTransition(async () => {
      const sentence = await onConfirm();
      if (typeof sentence === 'string') setFailure(sentence);
      else setOpen(false);
    });
  };
  return (
    <AlertDialog.Root open={open ?? ownOpen} onOpenChange={(next) => !busy && setOpen(next)}>
      {trigger !== undefined && <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>}
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="scrim" />
        <AlertDialog.Content
          onOpenAutoFocus={focusFirstField}
          className="fixed top-[12vh] left-1/2 z-50 max-h-[80vh] w-[calc(100vw-32px)] max-w-lg -translate-x-1/2 overflow-y-auto rounded-lg bg-surface p-5 shadow-pop outline-none"
        >
          <form onSubmit={confirm} className="grid gap-4">
            <div>
              <AlertDialog.Title className="text-16">{title}</AlertDialog.Title>
              <AlertDialog.Description asChild>
                <ul className="mt-2 grid gap-1 text-ink-2">
                  {consequences.map((line, index) => (
                    <li key={`line ${index}`} className="flex gap-2">
                      <Minus className="mt-[3px] text-ink-3" />
                      <span className="min-w-0">{line}</span>
                    </li>
                  ))}
                </ul>
              </AlertDialog.Description>
            </div>
            {children}
            {name !== undefined && <NameBox name={name} value={typed} onChange={setTyped} />}
            {failure !== null && (
              <Callout tone="bad" live>
                {failure}
              </Callout>
            )}
            <div className="flex flex-wrap justify-end gap-2">
              <AlertDialog.Cancel asChild>
                <Button>{t('keep')}</Button>
              </AlertDialog.Cancel>
              <Button
                type="submit"
                kind="danger"
                busy={busy}
                busyLabel={busyLabel}
                disabledReason={missing ? t('mismatch', { name: name }) : undefined}
              >
                {action}
              </Button>
            </div>
          </form>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

'use client';

import { Slot } from 'radix-ui';
import { useId, useState, type ComponentProps, type MouseEvent, type ReactNode } from 'react';
import { AppLink } from './app-link.tsx';
import { cx } from './cx.ts';
import { Tooltip } from './tooltip.tsx';

export type ButtonKind = 'primary' | 'default' | 'ghost' | 'danger';
export type ButtonSize = 'sm' | 'md' | 'lg';

interface Look {
  readonly kind?: ButtonKind;
  /** 28, 32 or 36 px. */
  readonly size?: ButtonSize;
  /** Only a picture inside: give `aria-label`. */
  readonly iconOnly?: boolean;
}

const KIND = {
  primary: 'btn-primary',
  default: '',
  ghost: 'btn-ghost',
  danger: 'btn-danger',
} as const satisfies Record<ButtonKind, string>;
const SIZE = { sm: 'btn-sm', md: '', lg: 'btn-lg' } as const satisfies Record<ButtonSize, string>;

export function buttonClass({ kind = 'default', size = 'md', iconOnly = false }: Look, className?: string): string {
  return cx('btn', KIND[kind], SIZE[size], iconOnly && 'btn-icon', className);
}

export interface ButtonProps extends ComponentProps<'button'>, Look {
  readonly icon?: ReactNode;
  readonly busy?: boolean;
  /** What the button says while busy ("Ordering…"); its width is kept free for it. */
  readonly busyLabel?: string;
  /** Why it may not be pressed, in words. It stays visible and focusable and tells. */
  readonly disabledReason?: string | undefined;
  /** Gives its look to the one child (a link, a trigger). */
  readonly asChild?: boolean;
}

function Label({ icon, busy, busyLabel, children }: Pick<ButtonProps, 'icon' | 'busy' | 'busyLabel' | 'children'>) {
  const words = (
    <>
      {icon}
      {children}
    </>
  );
  if (busyLabel === undefined) return words;
  return (
    <span className="grid items-center justify-items-center *:col-start-1 *:row-start-1">
      <span className={cx('inline-flex items-center gap-1.5', busy && 'invisible')}>{words}</span>
      <span className={busy ? undefined : 'invisible'}>{busyLabel}</span>
    </span>
  );
}

/** Says what happens when pressed. At most one `primary` on a page. */
export function Button({
  kind,
  size,
  iconOnly,
  icon,
  busy = false,
  busyLabel,
  disabledReason,
  asChild,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const [told, setTold] = useState(false);
  const refused = busy || disabledReason !== undefined;
  const look = buttonClass({ ...(kind && { kind }), ...(size && { size }), ...(iconOnly && { iconOnly }) }, className);
  if (asChild) {
    return (
      <Slot.Root className={look} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    if (refused) {
      event.preventDefault();
      setTold(true);
    } else onClick?.(event);
  };
  const button = (
    <button
      type={type}
      className={look}
      onClick={press}
      {...(refused && { 'aria-disabled': true })}
      {...(busy && { 'aria-busy': true })}
      {...(disabledReason !== undefined && { 'aria-describedby': reasonId })}
      {...rest}
    >
      <Label icon={icon} busy={busy} {...(busyLabel !== undefined && { busyLabel })}>
        {children}
      </Label>
    </button>
  );
  if (disabledReason === undefined) return button;
  return (
    <>
      <Tooltip content={disabledReason} open={told} onOpenChange={setTold}>
        {button}
      </Tooltip>
      <span id={reasonId} className="sr-only">
        {disabledReason}
      </span>
    </>
  );
}

export interface ButtonLinkProps extends Look {
  readonly href: string;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
  readonly className?: string;
  readonly 'aria-label'?: string;
  readonly prefetch?: boolean;
}

/** A link that looks like a button: it goes somewhere and changes nothing. */
export function ButtonLink({ kind, size, iconOnly, icon, className, children, ...rest }: ButtonLinkProps) {
  return (
    <AppLink
      className={buttonClass(
        { ...(kind && { kind }), ...(size && { size }), ...(iconOnly && { iconOnly }) },
        className,
      )}
      {...rest}
    >
      {icon}
      {children}
    </AppLink>
  );
}

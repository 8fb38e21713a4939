'use client';

import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

export interface TooltipProps {
  /** A sentence or a word; never the only place where something is said. */
  readonly content: ReactNode;
  /** One element that takes focus. */
  readonly children: ReactNode;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
}

/** A word for what has none on screen (icons), or the reason of a refusal. */
export function Tooltip({ content, children, side = 'bottom', ...state }: TooltipProps) {
  return (
    <Radix.Root {...state}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-60 animate-pop rounded-md bg-ink px-2.5 py-1.5 text-12 text-bg"
        >
          {content}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

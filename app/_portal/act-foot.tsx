'use client';

import type { ReactNode } from 'react';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { RailPart } from '@/app/_ui/rail.tsx';

export interface ActFootProps {
  /** The mutation that the button starts. After its success another page follows. */
  readonly act: { readonly error: unknown; readonly isPending: boolean; readonly isSuccess: boolean };
  readonly label: string;
  readonly busyLabel: string;
  /** Why it may not be pressed now. */
  readonly refusal: string | undefined;
  /** Said when nobody answered. */
  readonly noAnswer: string;
  readonly onAct: () => void;
  /** Below the button: what follows. */
  readonly children?: ReactNode;
}

/** The one action of a page with a rail, in reach at its foot, with what went wrong above it. */
export function ActFoot({ act, label, busyLabel, refusal, noAnswer, onAct, children }: ActFootProps) {
  const failure = act.error === null ? null : describeError(act.error);
  return (
    <RailPart foot>
      {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
      {act.error !== null && !failure && (
        <p role="alert" className="text-12 text-bad">
          {noAnswer}
        </p>
      )}
      <Button
        kind="primary"
        size="lg"
        className="w-full"
        busy={act.isPending || act.isSuccess}
        busyLabel={busyLabel}
        disabledReason={refusal}
        onClick={onAct}
      >
        {label}
      </Button>
      {children !== undefined && <p className="text-12 text-ink-3">{children}</p>}
    </RailPart>
  );
}

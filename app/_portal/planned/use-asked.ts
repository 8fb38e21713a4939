'use client';

import { useEffect, useState } from 'react';
import { describeError } from '@/app/_trpc/client.tsx';
import type { Planned, PlannedPhase } from './planned.ts';

/** The plan is asked for this long after the last change. */
const SETTLE_MS = 400;

interface Asking<Input, Created> {
  readonly mutate: (input: Input, options: { readonly onSuccess: (created: Created) => void }) => void;
  readonly reset: () => void;
  readonly error: unknown;
  readonly isPending: boolean;
}

export interface Asked<Id> {
  /** Of the last inputs that the server took; null before the first. */
  readonly id: Id | null;
  /** The phase, given what was found under that id: null while it is not read, or still computed. */
  readonly phaseOf: (found: 'ready' | 'failed' | null) => PlannedPhase;
  readonly refusal: Planned['refusal'];
  readonly again: () => void;
}

/** Asks for a plan when the inputs have rested.
 * @param input plain data; null while there is nothing to ask for
 * @param ask the mutation that takes it
 * @param idOf the same function at every draw */
export function useAsked<Input, Created, Id extends string>(
  input: Input | null,
  ask: Asking<Input, Created>,
  idOf: (created: Created) => Id,
): Asked<Id> {
  const [attempt, setAttempt] = useState(0);
  const wanted = input === null ? '' : JSON.stringify([input, attempt]);
  const [asked, setAsked] = useState<{ readonly inputs: string; readonly id: Id } | null>(null);
  const { mutate, reset, error, isPending } = ask;
  useEffect(() => {
    if (wanted === '') return undefined;
    const timer = setTimeout(() => {
      const [inputs] = JSON.parse(wanted) as [Input, number];
      mutate(inputs, { onSuccess: (created) => setAsked({ inputs: wanted, id: idOf(created) }) });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      reset();
    };
  }, [wanted, mutate, reset, idOf]);
  const phaseOf = (found: 'ready' | 'failed' | null): PlannedPhase => {
    if (wanted === '') return 'none';
    if (error !== null) return 'refused';
    if (asked?.inputs !== wanted) return isPending ? 'computing' : 'settling';
    return found ?? 'computing';
  };
  return {
    id: asked?.id ?? null,
    phaseOf,
    refusal: error === null ? null : describeError(error),
    again: () => setAttempt((before) => before + 1),
  };
}

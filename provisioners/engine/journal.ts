/** What a run tells: events as they happen, and the rows, counts and errors of its result. */
import type { EngineError, EngineEvent, Operation, PlannedResource, PropertyChange, StackRequest } from './port.ts';
import { createRedactor } from './redact.ts';
import { urnName, urnType } from './wire/urn.ts';

/** The resource that an operation concerns. */
export interface Subject {
  readonly urn: string;
  readonly parent: string | null;
}

export interface Finished {
  readonly changes: readonly PropertyChange[];
  /** Masked. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface Operating {
  done(finished: Finished): void;
  failed(message: string): void;
}

export interface Journal {
  /** Learn the secrets of a value, so that no message tells them. */
  hide(value: unknown): void;
  /** Announce an operation. `hidden` ones (default providers, replaced copies) are told only when they fail. */
  begin(subject: Subject, operation: Operation, hidden?: boolean): Operating;
  error(error: EngineError): void;
  log(severity: 'debug' | 'info' | 'warning' | 'error', message: string, urn: string | null): void;
  readonly errors: readonly EngineError[];
  readonly rows: readonly PlannedResource[];
  counts(): Readonly<Partial<Record<Operation, number>>>;
}

type Listener = NonNullable<StackRequest['onEvent']>;

export function createJournal(onEvent: Listener | undefined): Journal {
  const errors: EngineError[] = [];
  const rows: PlannedResource[] = [];
  const counts: Partial<Record<Operation, number>> = {};
  const redactor = createRedactor();
  const emit = (event: EngineEvent) => onEvent?.(event);

  function begin({ urn, parent }: Subject, operation: Operation, hidden = false): Operating {
    const about = { urn, type: urnType(urn), name: urnName(urn), parent, operation };
    const started = performance.now();
    const durationMs = () => Math.round((performance.now() - started) * 10) / 10;
    if (!hidden) emit({ kind: 'resource.started', ...about, at: new Date() });
    return {
      done({ changes, inputs }) {
        if (hidden) return;
        counts[operation] = (counts[operation] ?? 0) + 1;
        rows.push({ ...about, changes, inputs });
        emit({ kind: 'resource.done', ...about, at: new Date(), durationMs: durationMs(), changes });
      },
      failed(message) {
        emit({
          kind: 'resource.failed',
          ...about,
          at: new Date(),
          durationMs: durationMs(),
          message: redactor.redact(message),
        });
      },
    };
  }

  return {
    hide: (value) => redactor.learn(value),
    begin,
    errors,
    rows,
    counts: () => ({ ...counts }),
    error: (error) => void errors.push({ ...error, message: redactor.redact(error.message) }),
    log: (severity, message, urn) =>
      emit({ kind: 'log', severity, message: redactor.redact(message), urn, at: new Date() }),
  };
}

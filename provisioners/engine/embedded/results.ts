import { FencedError, type EngineError, type PlannedResource, type PreviewResult, type UpdateResult } from '../port.ts';
import { hasSecret, hasUnknown, revealProps } from '../wire/values.ts';
import { messageOf, type Run } from './run.ts';

function since(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}

/** In the program's order; what is removed is not in the program, so it comes last. */
function inOrder({ journal, ledger }: Run): PlannedResource[] {
  return journal.rows.toSorted((left, right) => ledger.orderOf(left.urn) - ledger.orderOf(right.urn));
}

export function toPreviewResult(run: Run, startedAt: number): PreviewResult {
  const { errors } = run.journal;
  return {
    ok: errors.length === 0,
    resources: inOrder(run),
    counts: run.journal.counts(),
    errors,
    durationMs: since(startedAt),
  };
}

export function toUpdateResult(run: Run, startedAt: number): UpdateResult {
  const { errors } = run.journal;
  const ok = errors.length === 0;
  // In a run with targets some outputs may not be known.
  const known = Object.fromEntries(Object.entries(run.outputs).filter(([, value]) => !hasUnknown(value)));
  const secretOutputs = Object.keys(known).filter((name) => hasSecret(known[name]));
  return {
    ok,
    counts: run.journal.counts(),
    errors,
    outputs: ok ? revealProps(known) : {},
    secretOutputs: ok ? secretOutputs : [],
    resumed: run.resumed,
    durationMs: since(startedAt),
  };
}

/** The error of a run that could not begin. @throws FencedError: the caller has lost the stack and must know */
function beginError(error: unknown): EngineError {
  if (error instanceof FencedError) throw error;
  return { kind: 'engine', urn: null, message: messageOf(error) };
}

export function failedPreview(error: unknown, startedAt: number): PreviewResult {
  return { ok: false, resources: [], counts: {}, errors: [beginError(error)], durationMs: since(startedAt) };
}

export function failedUpdate(error: unknown, startedAt: number): UpdateResult {
  const errors = [beginError(error)];
  return { ok: false, counts: {}, errors, outputs: {}, secretOutputs: [], resumed: [], durationMs: since(startedAt) };
}

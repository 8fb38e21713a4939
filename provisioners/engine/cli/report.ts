/** The CLI's events as the port's: the same events, rows, counts and errors that the embedded engine gives for the same program. */
import type { DiagnosticEvent, EngineEvent as CliEvent, StepEventMetadata } from '@pulumi/pulumi/automation/index.js';
import { createJournal, type Journal, type Operating } from '../journal.ts';
import type { EngineError, Operation, PlannedResource, PropertyChange, StackRequest } from '../port.ts';
import { STACK_TYPE, isDefaultProvider, isProviderType, makeUrn } from '../wire/urn.ts';
import { diffProperties } from '../wire/property-diff.ts';
import { maskProps, type Props } from '../wire/values.ts';
import { createTestimony, type Testimony } from './witness.ts';

/** Steps of the CLI that are one of ours. The others are halves of a replacement, or bookkeeping. */
const OPERATIONS: Readonly<Partial<Record<string, Operation>>> = {
  same: 'same',
  create: 'create',
  update: 'update',
  'create-replacement': 'replace',
  delete: 'delete',
  read: 'read',
  'read-replacement': 'read',
  import: 'read',
  'import-replacement': 'read',
  refresh: 'refresh',
  discard: 'discard',
  'discard-replaced': 'discard',
};

/** Operations that tell how the resource differs from what it was. */
const COMPARED: ReadonlySet<Operation> = new Set<Operation>(['update', 'replace', 'refresh']);

interface Begun extends Operating {
  readonly operation: Operation;
}

export interface Report {
  readonly journal: Journal;
  /** To be told by providers of this process. */
  readonly testimony: Testimony;
  readonly receive: (event: CliEvent) => void;
  /** Record what the program threw. */
  readonly programFailed: (error: unknown) => void;
  /** Rows in the program's order, what is deleted last. */
  rows(): PlannedResource[];
  /** Record the errors: resources' first; else the program's; else what the CLI said; else how it ended. */
  settle(ending: EngineError | null): void;
}

function operationOf({ op, old }: StepEventMetadata): Operation | undefined {
  const operation = OPERATIONS[op];
  if (operation !== 'delete') return operation;
  // A replaced copy goes as part of its replacement, which has been told.
  if (old?.delete) return undefined;
  return old?.retainOnDelete ? 'retain' : 'delete';
}

/**
 * The embedded engine reads custom resources only, where the CLI tells of components and providers as well; and without a program it has
 * nothing to say of what stays, where the CLI names all that is no target.
 */
function isTold({ op, new: next, old, type }: StepEventMetadata, hasProgram: boolean): boolean {
  if (op === 'same') return hasProgram;
  return op !== 'refresh' || ((next ?? old)?.custom === true && !isProviderType(type));
}

/** What the CLI says of the differences: for providers that run elsewhere. Of a refresh it tells what was and is, else paths alone. */
function listedChanges(operation: Operation, metadata: StepEventMetadata): PropertyChange[] {
  const { old, new: next, detailedDiff, diffs = [] } = metadata;
  if (operation === 'refresh') return diffProperties((old?.outputs ?? {}) as Props, (next?.outputs ?? {}) as Props);
  if (!detailedDiff) return diffs.map((path) => ({ path, kind: 'update' as const }));
  return Object.entries(detailedDiff).map(([path, { diffKind }]) => {
    const [kind = 'update', replaces] = diffKind.split('-');
    return { path, kind: kind as PropertyChange['kind'], ...(replaces ? { replaces: true } : {}) };
  });
}

function isDelete({ operation }: PlannedResource): boolean {
  return operation === 'delete' || operation === 'retain' || operation === 'discard';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** @param hasProgram whether the command runs one */
export function createReport({ project, stack, onEvent }: StackRequest, hasProgram: boolean): Report {
  const journal = createJournal(onEvent);
  const testimony = createTestimony((value) => journal.hide(value));
  const rootUrn = makeUrn({ project, stack, type: STACK_TYPE, name: `${project}-${stack}`, parent: '' });
  const open = new Map<string, Begun>();
  const order = new Map<string, number>();
  const resourceErrors = new Map<string, string>();
  const programErrors: EngineError[] = [];
  const said: string[] = [];

  function begin(metadata: StepEventMetadata): void {
    const operation = operationOf(metadata);
    const { urn } = metadata;
    if (!operation || !isTold(metadata, hasProgram) || open.has(urn)) return;
    const parent = (metadata.new ?? metadata.old)?.parent || null;
    if (!order.has(urn)) order.set(urn, order.size);
    const operating = journal.begin({ urn, parent }, operation, isDefaultProvider(metadata));
    open.set(urn, { ...operating, operation });
  }

  /** What was begun with a resource. A refresh ends under another name when the resource is gone, so only the beginning counts. */
  function take({ op, urn }: StepEventMetadata): Begun | undefined {
    if (op === 'replace' || op === 'delete-replaced') return undefined;
    const begun = open.get(urn);
    open.delete(urn);
    return begun;
  }

  function done(metadata: StepEventMetadata): void {
    const { urn, keys = [], old, new: next } = metadata;
    const begun = take(metadata);
    if (!begun) return;
    const inputs = testimony.inputs(urn) ?? maskProps(((next ?? old)?.inputs ?? {}) as Props);
    const changes = COMPARED.has(begun.operation)
      ? (testimony.changes(urn, keys) ?? listedChanges(begun.operation, metadata))
      : [];
    begun.done({ changes, inputs });
  }

  function failed(metadata: StepEventMetadata): void {
    const message = testimony.failure(metadata.urn) ?? `the provider refused to ${metadata.op}`;
    resourceErrors.set(metadata.urn, message);
    take(metadata)?.failed(message);
  }

  function diagnose({ urn = '', message, severity, ephemeral }: DiagnosticEvent): void {
    if (ephemeral) return;
    const about = urn === '' || urn === rootUrn ? null : urn;
    const text = (about && testimony.failure(about)) || message.trim();
    journal.log(severity === 'info#err' ? 'info' : severity, text, about);
    if (severity !== 'error') return;
    if (about !== null) resourceErrors.set(about, text);
    else if (urn === rootUrn) programErrors.push({ kind: 'program', urn: null, message: text });
    else said.push(text);
  }

  function settle(ending: EngineError | null): void {
    const resources = [...resourceErrors].map(([urn, message]) => ({ kind: 'resource' as const, urn, message }));
    const last = said.map((message) => ({ kind: 'engine' as const, urn: null, message })).slice(0, 1);
    const ended = ending ? [ending] : [];
    const [errors = []] = [resources, programErrors, last, ended].filter((list) => list.length > 0);
    // A cancelled run is told as such, whatever it broke off.
    for (const error of ending?.kind === 'cancelled' ? [...resources, ending] : errors) journal.error(error);
  }

  return {
    journal,
    testimony,
    receive({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }) {
      if (resourcePreEvent) begin(resourcePreEvent.metadata);
      if (resOutputsEvent) done(resOutputsEvent.metadata);
      if (resOpFailedEvent) failed(resOpFailedEvent.metadata);
      if (diagnosticEvent) diagnose(diagnosticEvent);
    },
    programFailed(error) {
      const message = messageOf(error);
      if (programErrors.some((known) => known.message === message)) return;
      programErrors.push({ kind: 'program', urn: null, message });
      if (error instanceof Error && error.stack) journal.log('debug', error.stack, null);
    },
    rows: () =>
      journal.rows.toSorted(
        (left, right) =>
          Number(isDelete(left)) - Number(isDelete(right)) || (order.get(left.urn) ?? 0) - (order.get(right.urn) ?? 0),
      ),
    settle,
  };
}

/** The CLI's event log as the port's events, rows, counts and errors. */
import type { EngineEvent as CliEvent, StepEventMetadata } from '@pulumi/pulumi/automation/index.js';
import type { EngineError, Operation, PropertyChange, StackRequest } from '../port.ts';
import { createJournal, type Journal, type Operating } from '../journal.ts';
import { isDefaultProvider } from '../wire/urn.ts';

/** Steps of the CLI that are one of ours. The others are halves of a replacement. */
const OPERATIONS: Readonly<Partial<Record<string, Operation>>> = {
  same: 'same',
  create: 'create',
  update: 'update',
  replace: 'replace',
  'create-replacement': 'replace',
  delete: 'delete',
  read: 'read',
  refresh: 'refresh',
  discard: 'discard',
};

function toChanges({ detailedDiff, diffs = [] }: StepEventMetadata): PropertyChange[] {
  if (!detailedDiff) return diffs.map((path) => ({ path, kind: 'update' as const }));
  return Object.entries(detailedDiff).map(([path, { diffKind }]) => {
    const [kind = 'update', replaces] = diffKind.split('-');
    return { path, kind: kind as PropertyChange['kind'], ...(replaces ? { replaces: true } : {}) };
  });
}

export interface Report {
  readonly journal: Journal;
  receive(event: CliEvent): void;
  /** Record what the CLI ended with, unless its diagnostics have said it. */
  failed(error: EngineError): void;
}

export function createReport(onEvent: StackRequest['onEvent']): Report {
  const journal = createJournal(onEvent);
  const open = new Map<string, Operating>();

  function begin(metadata: StepEventMetadata): void {
    const operation = OPERATIONS[metadata.op];
    if (!operation || open.has(metadata.urn)) return;
    const parent = (metadata.new ?? metadata.old)?.parent || null;
    open.set(metadata.urn, journal.begin({ urn: metadata.urn, parent }, operation, isDefaultProvider(metadata)));
  }

  function end(metadata: StepEventMetadata, finish: (operating: Operating) => void): void {
    const operating = open.get(metadata.urn);
    if (!operating || !OPERATIONS[metadata.op]) return;
    open.delete(metadata.urn);
    finish(operating);
  }

  function done(metadata: StepEventMetadata): void {
    const inputs = (metadata.new ?? metadata.old)?.inputs ?? {};
    end(metadata, (operating) => operating.done({ changes: toChanges(metadata), inputs }));
  }

  return {
    journal,
    receive({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }) {
      if (resourcePreEvent) begin(resourcePreEvent.metadata);
      if (resOutputsEvent) done(resOutputsEvent.metadata);
      if (resOpFailedEvent) end(resOpFailedEvent.metadata, (operating) => operating.failed('the provider refused'));
      if (!diagnosticEvent || diagnosticEvent.ephemeral) return;
      const { message, urn = null } = diagnosticEvent;
      const severity = diagnosticEvent.severity === 'info#err' ? 'info' : diagnosticEvent.severity;
      journal.log(severity, message.trim(), urn);
      if (severity === 'error')
        journal.error({ kind: urn === null ? 'program' : 'resource', urn, message: message.trim() });
    },
    failed(error) {
      if (journal.errors.length === 0) journal.error(error);
    },
  };
}

/**
 * The engine `pulumi`: the real CLI behind the port, through the Automation API, on the very rows of the embedded engine. Programs and
 * provider packages run in this process and are served to the CLI over loopback gRPC; the CLI's events come back as the port's.
 *
 * The fence is taken before the CLI starts, the database checks it at each of the CLI's own writes of the state, and a CLI that has lost it
 * is killed. Weaker than the embedded engine: the CLI's lock has no lease. Whoever may connect to this machine's loopback while a run lasts can call its providers, as with any plugin.
 */
import { isChange } from '../embedded/expectation.ts';
import {
  FencedError,
  type Engine,
  type EngineError,
  type HistoryEntry,
  type PreviewResult,
  type StackTools,
  type UpdateResult,
} from '../port.ts';
import { readHistory, recordRun } from '../state/history.ts';
import { readResources, removeStack } from '../state/stacks.ts';
import { loadSnapshot, openStateStore } from '../state/store.ts';
import { exportStack, importStack } from '../state/transfer.ts';
import type { StackName } from '../state/keys.ts';
import { STACK_TYPE } from '../wire/urn.ts';
import { hasSecret, revealProps, toSecret } from '../wire/values.ts';
import { findCli } from './find-cli.ts';
import type { Resumed } from './recover.ts';
import { createReport, type Report } from './report.ts';
import { forgetHistory } from './rows.ts';
import { WITH_PROGRAM, runCli, type CliRun, type Command } from './run.ts';

export interface PulumiEngineOptions {
  /** The database that holds the schema `pulumi`, with a role that owns that schema. */
  readonly stateUrl: string;
  readonly passphrase: string;
  readonly logger?: { error(fields: object, message: string): void };
}

type Request = CliRun['request'];
const CANCELLED: EngineError = { kind: 'cancelled', urn: null, message: 'cancelled before it was done' };

function settleExpectation({ journal }: Report, { expectNoChanges }: Request): void {
  const changed = journal.rows.filter(isChange);
  if (!expectNoChanges || journal.errors.length > 0 || changed.length === 0) return;
  const what = changed
    .map(({ operation, name }) => `${operation} ${name}`)
    .toSorted()
    .join(', ');
  journal.error({ kind: 'engine', urn: null, message: `no changes were expected, but there are: ${what}` });
}

/** Make an engine on the CLI. Nothing is loaded, connected or looked for before its first call. */
export function createPulumiEngine({ stateUrl, passphrase, logger }: PulumiEngineOptions): Engine & StackTools {
  const onError = (error: Error) => logger?.error({ err: error }, 'engine state');
  const store = openStateStore({ url: stateUrl, passphrase, onError });

  function openReport(command: Command, request: Request): Report {
    const report = createReport(request, WITH_PROGRAM.has(command));
    const { config = {}, secretConfigKeys = [] } = request;
    const known = [decodeURIComponent(new URL(stateUrl).password), passphrase];
    report.journal.hide([...known, ...secretConfigKeys.map((key) => config[key])].map(toSecret));
    return report;
  }

  async function run(command: Command, request: Request, report: Report): Promise<readonly Resumed[]> {
    try {
      const resumed = await runCli({ stateUrl, store, command, request, report });
      report.settle(null);
      settleExpectation(report, request);
      return resumed;
    } catch (error) {
      if (error instanceof FencedError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      report.settle(request.signal?.aborted ? CANCELLED : { kind: 'engine', urn: null, message });
      return [];
    }
  }

  async function outputsOf(stack: StackName): Promise<Pick<UpdateResult, 'outputs' | 'secretOutputs'>> {
    const { snapshot } = await loadSnapshot(store, stack);
    const outputs = snapshot.resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
    const secretOutputs = Object.keys(outputs).filter((name) => hasSecret(outputs[name]));
    return { outputs: revealProps(outputs), secretOutputs };
  }

  async function update(operation: 'up' | 'destroy' | 'refresh', request: Request): Promise<UpdateResult> {
    const startedAt = new Date();
    const report = openReport(operation, request);
    const resumed = await run(operation, request, report);
    const { errors } = report.journal;
    const [ok, counts] = [errors.length === 0, report.journal.counts()];
    const told = ok && operation === 'up' ? await outputsOf(request) : { outputs: {}, secretOutputs: [] };
    const resources = report.rows().filter(isChange);
    const entry = { operation, fence: request.fence, startedAt, ok, counts, resources, errors };
    await record(request, entry);
    return { ok, counts, errors, ...told, resumed, durationMs: Date.now() - startedAt.getTime() };
  }

  async function record(name: StackName, entry: Omit<HistoryEntry, 'endedAt'>): Promise<void> {
    await recordRun(store, name, entry).catch(onError);
  }

  async function preview(command: Command, request: Request): Promise<PreviewResult> {
    const startedAt = Date.now();
    const report = openReport(command, request);
    await run(command, request, report);
    const { errors } = report.journal;
    const counts = report.journal.counts();
    return { ok: errors.length === 0, resources: report.rows(), counts, errors, durationMs: Date.now() - startedAt };
  }

  return {
    name: 'pulumi',
    preview: (request) => preview('preview', request),
    previewDestroy: (request) => preview('previewDestroy', request),
    previewRefresh: (request) => preview('previewRefresh', request),
    up: (request) => update('up', request),
    destroy: (request) => update('destroy', request),
    refresh: (request) => update('refresh', request),
    async resources(name) {
      await findCli(process.env);
      return readResources(store, name);
    },
    exportStack: (name) => exportStack(store, name),
    async importStack({ project, stack, fence, exported }) {
      const startedAt = new Date();
      await importStack(store, { project, stack, fence }, exported);
      const ended = { operation: 'import', fence, startedAt, ok: true, counts: {}, resources: [], errors: [] } as const;
      await record({ project, stack }, ended);
    },
    history: (name, limit) => readHistory(store, name, limit),
    async removeStack(lease) {
      await findCli(process.env);
      await removeStack(store, lease);
      await forgetHistory(store, lease);
    },
    close: () => store.close(),
  };
}

/**
 * The engine `pulumi`: the real CLI behind the port, through the Automation API, on the very rows of the embedded engine. For whoever
 * has the CLI; without it every call fails with one clear message.
 *
 * Not supported yet, and refused: provider packages of the port, which the CLI would need as plugin processes. Weaker than the embedded
 * engine: the fence is taken before the CLI starts, but the CLI's own writes do not check it, and its lock has no lease.
 */
import type { EngineEvent as CliEvent, OutputMap, Stack } from '@pulumi/pulumi/automation/index.js';
import {
  FencedError,
  type Engine,
  type PreviewResult,
  type ProgramRequest,
  type StackRequest,
  type UpdateResult,
} from '../port.ts';
import { readResources, removeStack } from '../state/stacks.ts';
import { yieldToCli } from '../state/session.ts';
import { openStateStore } from '../state/store.ts';
import { findCli } from './find-cli.ts';
import { createReport, type Report } from './report.ts';
import { withStack } from './workspace.ts';

/** Thrown when a request needs what this engine cannot do. */
export class NotSupportedError extends Error {
  override readonly name = 'NotSupportedError';
}

export interface PulumiEngineOptions {
  /** The database that holds the schema `pulumi`, with a role that owns that schema. */
  readonly stateUrl: string;
  readonly passphrase: string;
  readonly logger?: { error(fields: object, message: string): void };
}

type Work = (stack: Stack, report: Report) => Promise<OutputMap>;
const NO_PROGRAM = async () => {};

function refusePackages({ packages }: StackRequest): void {
  if (packages.length === 0) return;
  const names = packages.map(({ name }) => name).join(', ');
  throw new NotSupportedError(
    `the engine "pulumi" cannot attach provider packages yet (${names}); use the embedded engine`,
  );
}

function common({ parallel = 16, signal }: StackRequest, report: Report) {
  return { parallel, onEvent: (event: CliEvent) => report.receive(event), ...(signal ? { signal } : {}) };
}

function plain(outputs: OutputMap): Pick<UpdateResult, 'outputs' | 'secretOutputs'> {
  const names = Object.keys(outputs);
  return {
    outputs: Object.fromEntries(names.map((name) => [name, outputs[name]?.value as unknown])),
    secretOutputs: names.filter((name) => outputs[name]?.secret),
  };
}

/** Make an engine on the CLI. Nothing is loaded, connected or looked for before its first call. */
export function createPulumiEngine({ stateUrl, passphrase, logger }: PulumiEngineOptions): Engine {
  const onError = (error: Error) => logger?.error({ err: error }, 'engine state');
  const store = openStateStore({ url: stateUrl, passphrase, onError });

  async function run(request: StackRequest & Partial<ProgramRequest>, report: Report, work: Work): Promise<OutputMap> {
    const { program = NO_PROGRAM } = request;
    try {
      await findCli(process.env);
      refusePackages(request);
      await yieldToCli(store, request);
      return await withStack({ stateUrl, store, request, program }, (stack) => work(stack, report));
    } catch (error) {
      if (error instanceof FencedError) throw error;
      const kind = request.signal?.aborted ? 'cancelled' : 'engine';
      report.failed({ kind, urn: null, message: error instanceof Error ? error.message : String(error) });
      return {};
    }
  }

  async function update(request: StackRequest & Partial<ProgramRequest>, work: Work): Promise<UpdateResult> {
    const startedAt = performance.now();
    const report = createReport(request.onEvent);
    const outputs = await run(request, report, work);
    const { errors } = report.journal;
    const durationMs = Math.round(performance.now() - startedAt);
    return {
      ok: errors.length === 0,
      counts: report.journal.counts(),
      errors,
      ...plain(outputs),
      resumed: [],
      durationMs,
    };
  }

  async function preview(request: ProgramRequest): Promise<PreviewResult> {
    const startedAt = performance.now();
    const report = createReport(request.onEvent);
    await run(request, report, async (stack) => {
      await stack.preview(common(request, report));
      return {};
    });
    const { errors, rows } = report.journal;
    const durationMs = Math.round(performance.now() - startedAt);
    return { ok: errors.length === 0, resources: rows, counts: report.journal.counts(), errors, durationMs };
  }

  return {
    name: 'pulumi',
    preview,
    up: (request) => update(request, async (stack, report) => (await stack.up(common(request, report))).outputs),
    destroy: (request) =>
      update(request, async (stack, report) => {
        await stack.destroy(common(request, report));
        return {};
      }),
    refresh: (request) =>
      update(request, async (stack, report) => {
        await stack.refresh(common(request, report));
        return {};
      }),
    async resources(name) {
      await findCli(process.env);
      return readResources(store, name);
    },
    async removeStack(lease) {
      await findCli(process.env);
      await removeStack(store, lease);
    },
    close: () => store.close(),
  };
}

/** An engine on a database of its own, for one test file. */
import { createEmbeddedEngine } from '../embedded/engine.ts';
import type { Transport } from '../embedded/transport.ts';
import type {
  DestroyRequest,
  Engine,
  EngineEvent,
  PreviewResult,
  ProgramRequest,
  PulumiProgram,
  StackRequest,
  StackTools,
  UpdateResult,
} from '../port.ts';
import { prepareStateSchema } from '../state/schema.ts';
import { createTestDatabase, type TestDatabase } from './postgres.ts';
import { createSampleLog, createSamplePackage, type SampleLog, type SampleOptions } from './sample-package.ts';

export const PASSPHRASE = 'correct horse';
const PROJECT = 'demo';

type Overrides = Partial<Omit<ProgramRequest, 'program' | 'stack'>>;

/** A stack under test: its engine, what its provider was asked, and the events so far. */
export interface TestStack {
  readonly name: { readonly project: string; readonly stack: string };
  readonly log: SampleLog;
  readonly events: EngineEvent[];
  up(program: PulumiProgram, overrides?: Overrides): Promise<UpdateResult>;
  preview(program: PulumiProgram, overrides?: Overrides): Promise<PreviewResult>;
  destroy(overrides?: Overrides & Pick<DestroyRequest, 'runProgram'>): Promise<UpdateResult>;
  refresh(overrides?: Overrides): Promise<UpdateResult>;
  /** What every request of it says. */
  readonly request: StackRequest;
  /** The calls that the provider got since this was last asked. */
  calls(): string[];
}

export interface Harness {
  readonly database: TestDatabase;
  readonly engine: Engine & StackTools;
  /** A stack with a name of its own. */
  stack(options?: SampleOptions, engine?: Engine): TestStack;
  /** Another engine on the same state, as another process would have it. */
  anotherEngine(): Engine;
  /** The deployment of a stack as stored. */
  stored(stack: TestStack): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function createHarness(transport: Transport = 'inproc'): Promise<Harness> {
  const database = await createTestDatabase();
  await prepareStateSchema(database.url);
  const engines: Engine[] = [];
  let stacks = 0;

  function makeEngine(): Engine & StackTools {
    const made = createEmbeddedEngine({ stateUrl: database.url, passphrase: PASSPHRASE, transport });
    engines.push(made);
    return made;
  }

  const engine = makeEngine();
  return {
    database,
    engine,
    anotherEngine: makeEngine,
    stack(options = {}, on = engine) {
      stacks += 1;
      return createStack(on, `s${stacks}`, { postgresUrl: database.url, ...options });
    },
    async stored({ name }) {
      const [row] = await database.query<{ data: string }>(
        `SELECT data->>'data' AS data FROM pulumi.pulumi_state WHERE key LIKE '%/.pulumi/stacks/' || $1`,
        [`${name.project}/${name.stack}.json`],
      );
      const file = JSON.parse(Buffer.from(row?.data ?? '', 'base64').toString()) as { checkpoint: { latest: object } };
      return file.checkpoint.latest as Record<string, unknown>;
    },
    async close() {
      await Promise.all(engines.map((made) => made.close()));
      await database.close();
    },
  };
}

function createStack(engine: Engine, stack: string, options: SampleOptions): TestStack {
  const log = createSampleLog();
  const events: EngineEvent[] = [];
  const name = { project: PROJECT, stack };
  const onEvent = (event: EngineEvent) => void events.push(event);
  const base = { ...name, fence: 1n, packages: [createSamplePackage({ log, ...options })], onEvent };
  return {
    name,
    request: base,
    log,
    events,
    up: (program, overrides) => engine.up({ ...base, program, ...overrides }),
    preview: (program, overrides) => engine.preview({ ...base, program, ...overrides }),
    destroy: (overrides) => engine.destroy({ ...base, ...overrides }),
    refresh: (overrides) => engine.refresh({ ...base, ...overrides }),
    calls: () => log.calls.splice(0),
  };
}

/** The events of one kind, as `operation name`. */
export function operations(
  events: readonly EngineEvent[],
  kind: 'resource.started' | 'resource.done' | 'resource.failed',
): string[] {
  return events.flatMap((event) => (event.kind === kind ? [`${event.operation} ${event.name}`] : []));
}

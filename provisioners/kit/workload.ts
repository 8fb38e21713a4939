/**
 * What a workload program, a process of a tenant's own, and the target that runs it agree on. The target starts the component's entry file
 * with these variables and nothing else of its environment; the program says when it works, and ends when whoever started it is gone. It may be killed at
 * any time. Imports Node and zod only.
 */
import path from 'node:path';
import { z } from 'zod';

/** Names of the variables. */
export const WORKLOAD_VARIABLES = {
  databaseUrl: 'WORKLOAD_DATABASE_URL',
  folder: 'WORKLOAD_FOLDER',
  settings: 'WORKLOAD_SETTINGS',
} as const;

/** What a program says to whoever started it. */
export const WORKLOAD_READY = 'ready';

export interface WorkloadSurroundings {
  /** The tenant's database, as the workload's own role. */
  readonly databaseUrl: string;
  /** Absolute; its own, kept from one start to the next, gone when the workload is removed. */
  readonly folder: string;
  /** Of the component. */
  readonly settings: Readonly<Record<string, number>>;
}

/** @throws ZodError naming the variables that are missing or wrong; values are not repeated */
export function readSurroundings(environment: Readonly<Record<string, string | undefined>>): WorkloadSurroundings {
  const read = z
    .object({
      [WORKLOAD_VARIABLES.databaseUrl]: z.url({ protocol: /^postgres(ql)?$/ }),
      [WORKLOAD_VARIABLES.folder]: z.string().refine((folder) => path.isAbsolute(folder), 'must be absolute'),
      [WORKLOAD_VARIABLES.settings]: z.string(),
    })
    .parse(environment);
  return {
    databaseUrl: read[WORKLOAD_VARIABLES.databaseUrl],
    folder: read[WORKLOAD_VARIABLES.folder],
    settings: z.record(z.string(), z.number()).parse(JSON.parse(read[WORKLOAD_VARIABLES.settings])),
  };
}

/** Says that the program works, and ends it with whoever started it. */
export function tellReady(): void {
  process.once('disconnect', () => process.exit(0));
  process.send?.(WORKLOAD_READY);
}

/** The file of an offering's program. @param entry within the offering's folder */
export function workloadFile(offering: string, entry: string): string {
  return path.join(offeringFolder(offering), entry);
}

function offeringFolder(offering: string): string {
  return path.resolve(import.meta.dirname, '..', 'offerings', offering);
}

/**
 * How Node is told what a program may: it reads its own code and what that imports, writes its own folder, starts nothing. Code that is not
 * JavaScript is not held by this and has to be shut in by the program.
 * @param folder absolute
 * @param memoryMib of the process; JavaScript gets half
 */
export function workloadFlags(offering: string, folder: string, memoryMib: number): readonly string[] {
  const root = path.resolve(import.meta.dirname, '..', '..');
  const readable = ['package.json', 'node_modules', 'server/domain', 'provisioners/kit'].map((part) =>
    path.join(root, part),
  );
  return [
    '--permission',
    '--allow-addons',
    '--disable-warning=SecurityWarning',
    ...[...readable, offeringFolder(offering), folder].map((allowed) => `--allow-fs-read=${allowed}`),
    `--allow-fs-write=${folder}`,
    `--max-old-space-size=${Math.floor(memoryMib / 2)}`,
  ];
}

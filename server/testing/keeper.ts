// A keeper of instances for tests, in this process or in one of its own, with a data folder of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { startKeeper, type RunningKeeper } from '../keeper/keeper.ts';
import { connectKeeper, instancesFolder, type Keeper } from '../registry/keeper.ts';
import { childEnv } from '../start/child-env.ts';
import { makeDataDir } from './portal.ts';

export interface TestKeeper {
  readonly dataDir: string;
  /** Speaks to whichever keeper runs on the folder now. */
  readonly client: Keeper;
  /** Starts one in this process, after `close` or `abandon` of the one before. */
  start(): Promise<RunningKeeper>;
  /** Starts one in a process of its own, as the supervisor does. */
  spawn(): Promise<ChildProcess>;
  /** Ends what runs and deletes the folder. */
  remove(): Promise<void>;
}

const PROCESS = path.resolve(import.meta.dirname, '../compose/keeper.ts');
const DIE_WITH_PARENT = path.resolve(import.meta.dirname, '../start/die-with-parent.ts');

export async function makeTestKeeper(): Promise<TestKeeper> {
  const dataDir = await makeDataDir();
  const folder = instancesFolder(dataDir);
  let running: RunningKeeper | null = null;
  const start = async () => {
    running = await startKeeper({ folder, log: () => {}, stock: false });
    return running;
  };
  return {
    dataDir,
    client: connectKeeper(folder),
    start,
    spawn: async () => {
      const child = spawn(process.execPath, ['--import', DIE_WITH_PARENT, PROCESS], {
        env: childEnv({ DATA_DIR: dataDir, LOG_LEVEL: 'warn' }),
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      await once(child, 'message');
      return child;
    },
    remove: async () => {
      await running?.close();
      const last = await startKeeper({ folder, log: () => {}, stock: false }); // takes over what a killed one left
      await last.settled;
      await last.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

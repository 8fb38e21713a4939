/** Keeps the process of workloads running while this one does. Started when the first workload needs it. */
import path from 'node:path';
import type { LocalSettings } from '../environment.ts';
import { keepProcess, type KeptProcess } from '../links/runtime.ts';

export type WorkloadsRuntime = KeptProcess;

export const workloadsRuntime = (settings: LocalSettings): WorkloadsRuntime =>
  keepProcess(path.join(import.meta.dirname, 'main.ts'), settings);

/** Keeps the process of links running while this one does. Started when the first link needs it. Other processes of the target's are kept alike. */
import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { LocalSettings } from '../environment.ts';

const RESTART_MS = 1_000;

export interface KeptProcess {
  /** Starts the process unless it runs. */
  ensure(): void;
  close(): Promise<void>;
}

export type LinksRuntime = KeptProcess;

export const linksRuntime = (settings: LocalSettings): LinksRuntime =>
  keepProcess(path.join(import.meta.dirname, 'main.ts'), settings);

/** @param file of the process; it gets the settings as its environment, and ends when its channel does */
export function keepProcess(file: string, { adminUrl, envelopeKey, gatewayUrl, dataDir }: LocalSettings): KeptProcess {
  let child: ChildProcess | null = null;
  let closed = false;
  const start = (): ChildProcess => {
    const started = fork(file, {
      env: {
        NODE_ENV: process.env.NODE_ENV,
        TENANTS_ADMIN_URL: adminUrl,
        ENVELOPE_KEY: envelopeKey,
        GATEWAY_URL: gatewayUrl,
        ...(dataDir === null ? {} : { DATA_DIR: dataDir }),
      },
      execArgv: [], // what this process was told to load is not for its children: they decide themselves when to end
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    started.on('error', () => {});
    started.once('exit', () => {
      child = null;
      if (!closed) setTimeout(() => (child ??= closed ? null : start()), RESTART_MS).unref();
    });
    started.unref();
    started.channel?.unref();
    return started;
  };
  return {
    ensure: () => {
      child ??= start();
    },
    close: async () => {
      closed = true;
      const running = child;
      if (!running || running.exitCode !== null) return;
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.ref(); // whoever waits for its end lives until then
      running.disconnect();
      await ended;
    },
  };
}

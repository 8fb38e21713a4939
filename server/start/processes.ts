// The processes of an installation: what runs, with which environment, and how one knows that it is ready.
import path from 'node:path';
import { cliEnv } from './cli-env.ts';
import type { Environments, Wanted } from './environment.ts';
import { answers, saysReady, type ChildPlan } from './children.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const READY_WITHIN_MS = 60_000;
const DEV_READY_WITHIN_MS = 180_000; // the first page is compiled on demand

export function plansOf(
  wanted: Wanted,
  environments: Environments,
  say: (line: string) => void,
): Record<'web' | 'worker' | 'gateway' | 'keeper', ChildPlan> {
  const { settings, port, gatewayPort } = wanted;
  const common = (name: string) => ({
    name,
    logFile: path.join(settings.DATA_DIR, 'logs', `${name}.log`),
    readyWithinMs: READY_WITHIN_MS,
    say,
  });
  const next = path.join(ROOT, 'node_modules/next/dist/bin/next');
  return {
    web: {
      ...common('portal'),
      title: 'Portal',
      args: [next, settings.dev ? 'dev' : 'start', ROOT, '--hostname', settings.HOST, '--port', String(port)],
      env: { ...environments.web, NODE_ENV: settings.dev ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' },
      isReady: () => answers(`http://${reachable(settings.HOST)}:${port}/api/health`),
      ...(settings.dev ? { readyWithinMs: DEV_READY_WITHIN_MS } : {}),
    },
    worker: {
      ...common('worker'),
      title: 'Worker',
      args: [path.join(ROOT, 'server/compose/worker.ts')],
      env: {
        ...environments.worker,
        ...cliEnv(environments.worker.PROVISIONING_ENGINE, process.env),
        PULUMI_SKIP_UPDATE_CHECK: 'true',
      },
      isReady: saysReady(),
    },
    gateway: {
      ...common('gateway'),
      title: 'Gateway',
      args: [path.join(ROOT, 'server/compose/gateway.ts')],
      env: environments.gateway,
      isReady: () => answers(`http://${reachable(settings.HOST)}:${gatewayPort}/health`),
    },
    keeper: {
      ...common('keeper'),
      title: 'Keeper',
      args: [path.join(ROOT, 'server/compose/keeper.ts')],
      env: environments.keeper,
      isReady: saysReady(),
    },
  };
}

/** A server that listens on every address is asked on the loopback. */
const reachable = (host: string) => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

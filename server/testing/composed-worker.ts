// The worker's own process over a test's installation: all offerings and targets, with the environment that the supervisor gives it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { newTokenKeyPair } from '../domain/access-token.ts';
import { childEnv } from '../start/child-env.ts';
import type { WorkerWorld } from './worker-world.ts';

const PROCESS = path.resolve(import.meta.dirname, '../compose/worker.ts');

/** Starts it; the first message says that it takes orders.
 * @param more variables, over the usual */
export async function launchComposedWorker(
  { settings }: Pick<WorkerWorld, 'settings'>,
  dataDir: string,
  more: Readonly<Record<string, string>> = {},
  errors: 'inherit' | 'pipe' = 'inherit',
): Promise<ChildProcess> {
  const audit = await newTokenKeyPair();
  return spawn(process.execPath, [PROCESS], {
    env: childEnv({
      PORTAL_URL: 'http://127.0.0.1:1',
      GATEWAY_URL: settings.gatewayUrl,
      PLATFORM_OWNER_URL: settings.platformOwnerUrl,
      PLATFORM_APP_URL: settings.platformAppUrl,
      TENANTS_ADMIN_URL: settings.tenantsUrl,
      REGISTRY_URL: settings.registryUrl,
      ENVELOPE_KEY: settings.envelopeKey,
      PULUMI_PASSPHRASE: settings.passphrase,
      TOKEN_PRIVATE_KEY: settings.tokenPrivateKey,
      TOKEN_PUBLIC_KEY: settings.tokenPrivateKey,
      AUDIT_PRIVATE_KEY: audit.privateKey,
      AUDIT_PUBLIC_KEY: audit.publicKey,
      DATA_DIR: dataDir,
      REGION: 'local',
      PROVISIONING_ENGINE: 'embedded',
      LOG_LEVEL: 'warn',
      ...more,
    }),
    stdio: ['ignore', 'ignore', errors, 'ipc'],
  });
}

/** As above; resolves when it takes orders, or has ended. */
export async function spawnComposedWorker(...args: Parameters<typeof launchComposedWorker>): Promise<ChildProcess> {
  const worker = await launchComposedWorker(...args);
  await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
  return worker;
}

// The worker's own process, with the offerings that it discovers, over the databases of a test's world.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { newTokenKeyPair } from '../domain/access-token.ts';
import { childEnv } from '../start/child-env.ts';
import type { WorldSettings } from './worker-wiring.ts';

/** Resolves when it takes runs. */
export async function spawnComposedWorker(settings: WorldSettings): Promise<ChildProcess> {
  const audit = await newTokenKeyPair();
  const worker = spawn(process.execPath, [path.resolve(import.meta.dirname, '../compose/worker.ts')], {
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
      ...(settings.dataDir === null ? {} : { DATA_DIR: settings.dataDir }),
      REGION: 'local',
      PROVISIONING_ENGINE: 'embedded',
      LOG_LEVEL: 'warn',
    }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
  return worker;
}

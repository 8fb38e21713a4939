/** The gateway's process: settings from the environment, one wiring, an orderly end on SIGTERM, SIGINT or when the parent is gone. */
import { GatewayEnv, readEnv } from '../env.ts';
import { startGateway } from '../gateway/gateway.ts';
import { createLog } from '../gateway/log.ts';

async function main(): Promise<void> {
  const env = readEnv(GatewayEnv);
  const log = createLog(env.LOG_LEVEL);
  const gateway = await startGateway({
    registryUrl: env.REGISTRY_URL,
    envelopeKey: env.ENVELOPE_KEY,
    tokenPublicKeys: env.TOKEN_PUBLIC_KEY.split(',').map((key) => key.trim()), // several while a key is being changed
    host: env.HOST,
    port: env.GATEWAY_PORT,
    url: env.GATEWAY_URL,
    log,
  });
  log.info({ url: gateway.url, port: gateway.port }, 'gateway listens');
  process.send?.({ type: 'ready', port: gateway.port, url: gateway.url });
  let ending: Promise<void> | null = null;
  const end = () => {
    ending ??= gateway.close().then(() => {
      log.info('gateway ended');
      log.flush();
      process.exit(0);
    });
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('disconnect', end);
}

await main().catch((error: unknown) => {
  process.stderr.write(`gateway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

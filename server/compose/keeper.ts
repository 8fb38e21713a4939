/** The keeper's process: settings from the environment, one wiring, an orderly end on SIGTERM, SIGINT or when the parent is gone. */
import pino from 'pino';
import { KeeperEnv, readEnv } from '../env.ts';
import { startKeeper } from '../keeper/keeper.ts';
import { instancesFolder } from '../registry/keeper.ts';

async function main(): Promise<void> {
  const env = readEnv(KeeperEnv);
  const log = pino({ level: env.LOG_LEVEL, base: { process: 'keeper' } });
  const keeper = await startKeeper({
    folder: instancesFolder(env.DATA_DIR),
    log: (facts, message) => log.warn(facts, message),
    stock: true,
  });
  process.send?.({ type: 'ready' });
  process.once('exit', () => keeper.cutOff()); // out of time: a server without its keeper would be an orphan
  let ending: Promise<void> | null = null;
  const end = () => {
    ending ??= keeper.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, end);
}

await main().catch((error: unknown) => {
  process.stderr.write(`keeper: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

// `npm start`: one process that brings an installation up in order, keeps it up, and takes it down in order.
// It wires processes together and knows nothing of the business; what the processes do is theirs (server/compose).
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Cleanup } from './cleanup.ts';
import { describeFailure } from './failure.ts';
import { prepareDataFolder, holdFolder } from './data-folder.ts';
import { ensureFirstPeople, placeFirstOrder } from './first-run.ts';
import { bringUp } from './bring-up.ts';
import { choosePorts } from './ports.ts';
import { printWelcome, say } from './say.ts';
import { keepSecrets, writePrivately } from './secrets.ts';
import { readSettings, type Settings } from './settings.ts';

const cleanup = new Cleanup();
const ending = new AbortController();

let wasTold = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
process.on('disconnect', end); // whoever started us is gone

const ended = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve()));

try {
  await start(readSettings(process.argv.slice(2), process.env));
  await ended;
  say('Stopping…');
} catch (error) {
  if (!wasTold) {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  }
} finally {
  await cleanup.run();
  process.exit();
}

function end(): void {
  wasTold = true;
  ending.abort();
}

async function start(settings: Settings): Promise<void> {
  const dataDir = settings.DATA_DIR;
  prepareDataFolder(dataDir);
  cleanup.add(holdFolder(dataDir));
  const portsFile = path.join(dataDir, 'ports.json');
  const ports = await choosePorts(settings, portsFile);
  if (!settings.PORT && ports.port !== 3000)
    say(`Port 3000 is not free or was not used before: the portal takes ${ports.port}.`);
  writePrivately(portsFile, ports);
  const portalUrl = settings.AUTH_URL ?? `http://localhost:${ports.port}`;
  const gatewayUrl = settings.GATEWAY_URL ?? `http://localhost:${ports.gatewayPort}`;

  const secrets = keepSecrets(dataDir);
  const { environments } = await bringUp({ settings, secrets, ...ports, portalUrl, gatewayUrl }, cleanup, ending);
  const wantsOrder = !settings.DATABASE_URL && !settings.empty;
  const { credentials, madeNow } = await ensureFirstPeople(dataDir, environments.bootstrap, wantsOrder);
  const portalFile = path.join(dataDir, 'portal.json');
  cleanup.add(() => rmSync(portalFile, { force: true }));
  writePrivately(portalFile, { url: portalUrl, gatewayUrl, pid: process.pid });

  const localUrl = `http://localhost:${ports.port}`;
  const order = await placeFirstOrder(dataDir, credentials, localUrl, ending.signal);
  ending.signal.throwIfAborted();
  printWelcome({ portalUrl, gatewayUrl, dataDir, people: credentials.people, madeNow, order });
  process.stdout.write(`ready ${portalUrl}\n`);
}

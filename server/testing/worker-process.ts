/** A worker in a process of its own, for tests that kill it. Its settings come as JSON in the first argument; it says when it is ready. */
import { openQueue } from '../worker/queue.ts';
import { startWorker } from '../worker/worker.ts';
import { wireWorker, type WorldSettings } from './worker-wiring.ts';

const write = (level: string) => (facts: object, message: string) => {
  process.stderr.write(
    `${level} ${message} ${JSON.stringify(facts, (_, v: unknown) => (v instanceof Error ? v.message : v))}\n`,
  );
};
const log = { debug: () => undefined, info: () => undefined, warn: write('warn'), error: write('error') };

const settings = JSON.parse(process.argv[2] ?? '{}') as WorldSettings;
const wired = await wireWorker(settings, log);
const boss = await openQueue(settings.platformOwnerUrl, log);
const worker = await startWorker(wired.context, boss, wired.events);
process.send?.({ type: 'ready' });

const end = () => {
  void worker
    .stop()
    .then(() => wired.close())
    .then(() => process.exit(0));
};
process.once('SIGTERM', end);
process.once('disconnect', end);

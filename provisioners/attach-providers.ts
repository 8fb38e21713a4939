/**
 * For somebody at a terminal: serves the provider packages of a target on the loopback until it is ended, and prints the line that lets
 * the Pulumi CLI find them. Settings as the worker has them; the argument is the target's name, `local` when there is none.
 */
import { attachProviders } from './engine/cli/providers.ts';
import { createTestimony } from './engine/cli/witness.ts';
import { discoverTargets } from './kit/discover.ts';

const name = process.argv[2] ?? 'local';
const definition = (await discoverTargets()).find((target) => target.name === name);
if (!definition) throw new Error(`there is no target ${name}`);
const target = definition.connect(process.env);
const attached = await attachProviders(
  target.packages,
  createTestimony(() => {}),
);
const lines = Object.entries(attached.environment).map(([variable, value]) => `export ${variable}=${value}`);
process.stdout.write(`${lines.join('\n')}\n`);

async function end(): Promise<void> {
  await attached.close();
  await target.close();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());

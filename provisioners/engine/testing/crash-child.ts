/**
 * An engine in a process of its own, to be killed inside an operation. Tells its parent when the provider reaches the place it is to be
 * killed at, and waits there for good. Arguments: state URL, stack, fence, the provider's call, `before` or `after`, the JSON of the roles'
 * names; without any it destroys the stack.
 */
import { createEmbeddedEngine } from '../embedded/engine.ts';
import { createSamplePackage } from './sample-package.ts';
import { rolesProgram } from './roles-program.ts';

const [stateUrl = '', stack = '', fence = '0', at = '', when = '', roles = '[]'] = process.argv.slice(2);
const engine = createEmbeddedEngine({ stateUrl, passphrase: 'correct horse' });

async function stopThere(call: string, now: string): Promise<void> {
  if (call !== at || now !== when) return;
  process.send?.('there');
  await new Promise(() => setInterval(() => {}, 60_000));
}

const names = JSON.parse(roles) as string[];
const request = {
  project: 'demo',
  stack,
  fence: BigInt(fence),
  packages: [createSamplePackage({ postgresUrl: stateUrl, onCall: stopThere })],
  program: rolesProgram(names),
};
await (names.length === 0 ? engine.destroy(request) : engine.up(request));

/**
 * An engine in a process of its own, to be killed inside an operation. Tells its parent when the provider reaches the place it is to be
 * killed at, and waits there for good. Arguments: state URL, stack, fence, name of the resource, `before` or `after`, the JSON of the roles' names.
 */
import { createEmbeddedEngine } from '../embedded/engine.ts';
import { createSamplePackage } from './sample-package.ts';
import { rolesProgram } from './roles-program.ts';

const [stateUrl = '', stack = '', fence = '0', at = '', when = '', roles = '[]'] = process.argv.slice(2);
const engine = createEmbeddedEngine({ stateUrl, passphrase: 'correct horse' });

async function stopThere(name: string, now: string): Promise<void> {
  if (name !== at || now !== when) return;
  process.send?.('there');
  await new Promise(() => setInterval(() => {}, 60_000));
}

await engine.up({
  project: 'demo',
  stack,
  fence: BigInt(fence),
  packages: [createSamplePackage({ postgresUrl: stateUrl, onCreate: stopThere })],
  program: rolesProgram(JSON.parse(roles) as string[]),
});

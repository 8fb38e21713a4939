// The command line: `npm run order`, `npm run tenant`. A client of the portal's HTTP API with a token, nothing more: it
// imports the domain's types and the API's types, and no code of the server.
// stdout carries the result, stderr what happens on the way.
import { runOrder } from './order.ts';
import { runTenant } from './tenant.ts';
import { describeError, UsageError } from './errors.ts';

const COMMANDS: Record<string, (args: string[]) => Promise<void>> = { order: runOrder, tenant: runTenant };

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];

try {
  if (!command) throw new UsageError(`commands: ${Object.keys(COMMANDS).join(', ')}`);
  await command(args);
} catch (error) {
  const problem = describeError(error);
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ error: problem })}\n`);
  process.stderr.write(`${problem.message}${problem.requestId ? ` (request ${problem.requestId})` : ''}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

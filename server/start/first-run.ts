// What happens once in the life of an installation: its first people, and one order placed the ordinary way.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { childEnv } from './child-env.ts';
import { messageOf, StartFailure } from './failure.ts';
import { writePrivately } from './secrets.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FIRST_ORDER = ['--offering', 'ecommerce', '--model', 'public', '--plan', 'S', '--name', 'first-shop'];
const Person = z.object({ role: z.string(), email: z.string(), password: z.string() });

/** Kept in DATA_DIR/credentials.json, readable by its owner only. */
const Credentials = z.object({
  people: z.array(Person),
  /** Token of the customer's organisation, for the command line. */
  cliToken: z.string().nullable(),
  firstOrder: z.enum(['pending', 'placed', 'left_out']),
});
export type Credentials = z.infer<typeof Credentials>;

const BootstrapOutput = z.object({ people: z.array(Person), cliToken: z.string().nullish() });

export interface FirstPeople {
  credentials: Credentials;
  /** Whether they were made just now, so that their passwords are to be shown. */
  madeNow: boolean;
}

/** Make the first people of the installation, or read who they were. A database from outside may hold people already,
 * whose passwords nobody here knows.
 * @param wantsOrder whether a first order is to follow */
export async function ensureFirstPeople(
  dataDir: string,
  env: NodeJS.ProcessEnv,
  wantsOrder: boolean,
): Promise<FirstPeople> {
  const file = path.join(dataDir, 'credentials.json');
  if (existsSync(file)) {
    return { credentials: Credentials.parse(JSON.parse(readFileSync(file, 'utf8'))), madeNow: false };
  }
  const printed = (await runBootstrap(env)).trim();
  if (printed === '') return { credentials: { people: [], cliToken: null, firstOrder: 'left_out' }, madeNow: false };
  const { people, cliToken } = BootstrapOutput.parse(JSON.parse(printed));
  const credentials: Credentials = {
    people,
    cliToken: cliToken ?? null,
    firstOrder: wantsOrder && cliToken ? 'pending' : 'left_out',
  };
  writePrivately(file, credentials);
  return { credentials, madeNow: true };
}

async function runBootstrap(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(ROOT, 'server/compose/bootstrap.ts')], {
      env,
    });
    return stdout;
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : messageOf(error);
    throw new StartFailure(`The first people could not be made: ${stderr.trim().split('\n').slice(-5).join('\n')}`);
  }
}

/** Place the first order with the customer's token, as anybody would from the command line, unless there is a tenant: an
 * earlier start may have been ended between the order and writing it down.
 * @returns what is there to tell about it, or null */
export async function placeFirstOrder(
  dataDir: string,
  credentials: Credentials,
  portalUrl: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (credentials.firstOrder !== 'pending' || credentials.cliToken === null) return null;
  const env = childEnv({ PORTAL_URL: portalUrl, PORTAL_TOKEN: credentials.cliToken });
  const cli = (args: string[]) => run([path.join(ROOT, 'server/cli/main.ts'), ...args, '--json'], env, signal);
  const before = await cli(['tenant', 'list', '--all']);
  const isThere = before.code === 0 && z.array(z.unknown()).parse(JSON.parse(before.stdout)).length > 0;
  if (!isThere) {
    const order = await cli(['order', ...FIRST_ORDER]);
    if (order.code !== 0) return `The first order did not succeed: ${order.stderr.trim().split('\n').at(-1) ?? ''}`;
  }
  writePrivately(path.join(dataDir, 'credentials.json'), { ...credentials, firstOrder: 'placed' });
  return 'A first shop is running: see Tenants.';
}

interface CliOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<CliOutcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, signal }, (error, stdout, stderr) => {
      resolve({ code: error ? 1 : 0, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}

// Everything that can be set from outside: environment variables, and two flags of `npm start`. The README shows this table.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { StartFailure } from './failure.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const Port = z.coerce.number().int().min(1).max(65_535);
const HttpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, ''));
const PostgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

const Variables = z.object({
  DATA_DIR: z.string().default('.data').describe('Folder of the embedded clusters, secrets, credentials and logs.'),
  PORT: Port.optional().describe('Port of the portal; default 3000, or the next free one.'),
  GATEWAY_PORT: Port.optional().describe("Port of the tenants' APIs; default 3001, or the next free one."),
  HOST: z.string().default('127.0.0.1').describe('Address that portal and gateway listen on.'),
  DATABASE_URL: PostgresUrl.optional().describe(
    'PostgreSQL 18 or newer for the platform, as a role that may create roles; default: an embedded cluster.',
  ),
  AUTH_URL: HttpUrl.optional().describe('Address under which people reach the portal; default http://localhost:PORT.'),
  GATEWAY_URL: HttpUrl.optional().describe(
    "Address under which programs reach the tenants' APIs; default http://localhost:GATEWAY_PORT.",
  ),
  REGION: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,30}$/)
    .default('cn-east')
    .describe(
      'Region that this installation stands for; its first part (cn, eu, de, uk, …) says where records lie by law.',
    ),
  PROVISIONING_ENGINE: z
    .enum(['embedded', 'pulumi'])
    .default('embedded')
    .describe('Engine that runs the programs: `embedded`, or the Pulumi CLI on the PATH.'),
  LINK_PASSWORD_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .default(30)
    .describe(
      'Age in days at which the passwords are changed with which the two sides of a hybrid tenant dial each other.',
    ),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('How much the processes log.'),
});

export type Settings = z.infer<typeof Variables> & {
  /** Absolute. */
  DATA_DIR: string;
  /** Place no first order. */
  empty: boolean;
  /** `next dev` instead of a build. */
  dev: boolean;
};

/** Read environment and command line; an empty variable counts as unset.
 * @throws StartFailure naming what is wrong, never a value that may be secret */
export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const flags = readFlags(args);
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Variables.safeParse({ ...given, ...(flags.port === undefined ? {} : { PORT: flags.port }) });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    throw new StartFailure(`${name} is not valid: ${issue?.message}. It is: ${meaningOf(name)}`);
  }
  const settings = parsed.data;
  return { ...settings, DATA_DIR: path.resolve(ROOT, settings.DATA_DIR), empty: flags.empty, dev: flags.dev };
}

/** Name, default and meaning of every variable, for the README. */
export function settingsTable(): { name: string; standard: string; meaning: string }[] {
  return Object.entries(Variables.shape).map(([name, schema]) => {
    const standard = schema.safeParse(undefined);
    return { name, standard: standard.success ? String(standard.data ?? '') : '', meaning: schema.description ?? '' };
  });
}

function meaningOf(name: string): string {
  return settingsTable().find((row) => row.name === name)?.meaning ?? '';
}

function readFlags(args: readonly string[]): { empty: boolean; dev: boolean; port: string | undefined } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { empty: { type: 'boolean' }, dev: { type: 'boolean' }, port: { type: 'string' } },
    });
    return { empty: values.empty ?? false, dev: values.dev ?? false, port: values.port };
  } catch {
    throw new StartFailure(`Usage: npm start -- [--empty] [--port N]   (not: ${args.join(' ')})`);
  }
}

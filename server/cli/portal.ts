// The way to the portal: the running one of this checkout, or whichever is named.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client';
import superjson from 'superjson';
import { z } from 'zod';
import type { AppRouter } from '../api/root.ts';
import { UsageError } from './errors.ts';

export type Portal = TRPCClient<AppRouter>;

/** The options that every command takes. */
export const CONNECTION_OPTIONS = {
  url: { type: 'string' },
  token: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const ROOT = path.resolve(import.meta.dirname, '../..');
const PortalFile = z.object({ url: z.url() });
const CredentialsFile = z.object({ cliToken: z.string().nullable() });

/** Open the portal: --url and --token, else PORTAL_URL and PORTAL_TOKEN, else what the supervisor of this checkout wrote.
 * @throws UsageError when there is no portal or no token to be found */
export function openPortal(given: { url?: string | undefined; token?: string | undefined }): Portal {
  const dataDir = path.resolve(ROOT, process.env.DATA_DIR || '.data');
  const url = given.url ?? process.env.PORTAL_URL ?? readJson(path.join(dataDir, 'portal.json'), PortalFile)?.url;
  if (!url)
    throw new UsageError('No portal is running here: start it with npm start, or name one with --url and --token.');
  const token =
    given.token ??
    process.env.PORTAL_TOKEN ??
    readJson(path.join(dataDir, 'credentials.json'), CredentialsFile)?.cliToken;
  if (!token) throw new UsageError('No token: make one in the portal (Settings, API tokens) and give it with --token.');
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${url.replace(/\/$/, '')}/api/trpc`,
        transformer: superjson,
        headers: { authorization: `Bearer ${token}` },
      }),
    ],
  });
}

function readJson<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> | undefined {
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/** Links that need processes of their own, in the registry: what the runtime of links reads, and the port at which the edge finds a relay. */
import type { Queryable } from '../../../../server/registry/schema.ts';

/** Told of every change of what the process of links carries. */
export const LINKS_CHANNEL = 'industry_links';

export type AgentMode = 'tunnel' | 'push';

export interface LinkRow {
  readonly ref: string;
  readonly mode: AgentMode;
  /** Where the relay listens for the edge, on the loopback; null until it does. */
  readonly port: number | null;
}

export async function putLink(registry: Queryable, ref: string, mode: AgentMode, port: number | null): Promise<void> {
  await registry.query(
    `INSERT INTO link (ref, mode, port) VALUES ($1, $2, $3)
     ON CONFLICT (ref) DO UPDATE SET mode = excluded.mode, port = coalesce(excluded.port, link.port), changed_at = now()`,
    [ref, mode, port],
  );
  await tellOfLinks(registry);
}

/** Wakes the process of links. */
export async function tellOfLinks(registry: Queryable): Promise<void> {
  await registry.query(`NOTIFY ${LINKS_CHANNEL}`);
}

export async function deleteLink(registry: Queryable, ref: string): Promise<void> {
  await registry.query('DELETE FROM link WHERE ref = $1', [ref]);
  await tellOfLinks(registry);
}

export async function listLinks(registry: Queryable): Promise<LinkRow[]> {
  return (await registry.query<LinkRow>('SELECT ref, mode, port FROM link ORDER BY ref')).rows;
}

export async function findLink(registry: Queryable, ref: string): Promise<LinkRow | null> {
  return (await registry.query<LinkRow>('SELECT ref, mode, port FROM link WHERE ref = $1', [ref])).rows[0] ?? null;
}

/** Which passwords the two sides dial each other with now. */
export async function passwordGeneration(registry: Queryable, ref: string): Promise<number> {
  const { rows } = await registry.query<{ generation: number }>('SELECT generation FROM link_password WHERE ref = $1', [
    ref,
  ]);
  return rows[0]?.generation ?? 0;
}

/** Asks for other passwords when those in force are older than this; the first time, their age begins.
 * @returns whether others are asked for, now or before */
export async function wantNewPassword(registry: Queryable, ref: string, daysMax: number): Promise<boolean> {
  const { rows } = await registry.query<{ wanted: boolean; old: boolean }>(
    `SELECT wanted > generation AS wanted, changed_at < now() - make_interval(secs => $2 * 86400.0) AS old
     FROM link_password WHERE ref = $1`,
    [ref, daysMax],
  );
  const found = rows[0];
  if (found === undefined) {
    await registry.query('INSERT INTO link_password (ref) VALUES ($1) ON CONFLICT DO NOTHING', [ref]);
  } else if (found.old && !found.wanted) {
    await registry.query('UPDATE link_password SET wanted = generation + 1 WHERE ref = $1 AND wanted = generation', [
      ref,
    ]);
  }
  return found !== undefined && (found.wanted || found.old);
}

export async function forgetPassword(registry: Queryable, ref: string): Promise<void> {
  await registry.query('DELETE FROM link_password WHERE ref = $1', [ref]);
}

/** @throws Error when the tenant's relay has no port yet */
export async function findLinkPort(registry: Queryable, ref: string): Promise<number> {
  const port = (await findLink(registry, ref))?.port ?? null;
  if (port === null) throw new Error(`the relay of ${ref} does not listen yet`);
  return port;
}

/** Test support: speaks to one side of a tenant as the gateway would, without one: same role, same call, statuses from the manifest. */
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import type { ApiDescription } from '../domain/manifest.ts';
import { findRoute } from '../registry/routes.ts';
import { openSecret } from '../registry/seal.ts';
import type { SmokeClient } from '../../provisioners/kit/offering.ts';
import { sqlState } from '../../provisioners/targets/local/cluster.ts';
import type { EngineWorld } from './engine-world.ts';

export interface DirectClient extends SmokeClient {
  end(): Promise<void>;
}

const UNDEFINED_TABLE = '42P01';

/** @param route the tenant's, or that of its public side */
export async function directClient(
  { cluster, envelopeKey }: Pick<EngineWorld, 'cluster' | 'envelopeKey'>,
  route: string,
  api: ApiDescription,
): Promise<DirectClient> {
  const found = await findRoute(cluster.registry, route);
  if (found === null) throw new Error(`no route ${route}`);
  const { host, port, role: user, database, limits } = found;
  const password = openSecret(found.sealedPassword, envelopeKey, route);
  const pool = new Pool({ host, port, user, database, password, max: limits.connections });
  pool.on('error', () => {});
  return {
    call: async (fn, body, key = randomUUID()) => {
      const spec = api.functions.find(({ name }) => name === fn);
      const values = [fn, spec?.writes === false ? null : key, body, { channel: 'smoke' }];
      // Not pool.query: that closes the connection of a refused call, and the next comes before the server has let go of it.
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ answer: { result: Record<string, unknown> } }>(
          'SELECT pack.call($1, $2, $3, $4) AS answer',
          values,
        );
        return { status: spec?.status ?? 500, body: rows[0]?.answer.result ?? {} };
      } catch (error) {
        const code = sqlState(error) ?? '';
        return { status: api.errors[code]?.status ?? 500, body: { code } };
      } finally {
        client.release();
      }
    },
    view: async (name, { limit = '50', ...filters } = {}) => {
      if (!api.views.some((view) => view.name === name)) return { status: 404, items: [] };
      const where = Object.keys(filters).map((column, index) => `AND ${column}::text = $${index + 2}`);
      try {
        const { rows } = await pool.query<Record<string, unknown>>(
          `SELECT * FROM api.${name} WHERE true ${where.join(' ')} LIMIT $1`,
          [limit, ...Object.values(filters)],
        );
        return { status: 200, items: rows };
      } catch (error) {
        if (sqlState(error) !== UNDEFINED_TABLE) throw error;
        return { status: 404, items: [] }; // of a module that this tenant does not have
      }
    },
    end: () => pool.end(),
  };
}

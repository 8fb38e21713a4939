/**
 * A provider whose world is a table: what exists, and each time that something truly came to be or went. It adopts what an interrupted
 * create has made, as providers must.
 */
import type { Pool } from 'pg';
import type { ProviderPackage } from '../port.ts';
import { urnName, urnType } from '../wire/urn.ts';
import { isEqual, type Props } from '../wire/values.ts';

export const WORLD_TABLES = `
CREATE TABLE world (stack text, id text, urn text, size int, PRIMARY KEY (stack, id));
CREATE TABLE effect (at bigint GENERATED ALWAYS AS IDENTITY, stack text, what text);
`;

const CREATE = `
WITH made AS (
  INSERT INTO world (stack, id, urn, size) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id
), told AS (INSERT INTO effect (stack, what) SELECT $1, 'create ' || id FROM made)
UPDATE world SET size = $4 WHERE stack = $1 AND id = $2`;

const DELETE = `
WITH gone AS (DELETE FROM world WHERE stack = $1 AND id = $2 RETURNING id)
INSERT INTO effect (stack, what) SELECT $1, 'delete ' || id FROM gone`;

const size = (props: Props) => Number(props['size'] ?? 0);

/** @param stack under whose name things exist, so that stacks do not meet */
export function createWorldPackage(pool: Pool, stack: string): ProviderPackage {
  return {
    name: 'world',
    version: '',
    create: () => ({
      async diff(_id, urn, olds: Props, news: Props) {
        const changed = Object.keys(news).filter((key) => !isEqual(olds[key], news[key]));
        const replaces = changed.filter((key) => key === 'key');
        return { changes: changed.length > 0, replaces, deleteBeforeReplace: urnType(urn).endsWith(':Unique') };
      },
      async create(urn, inputs: Props) {
        const id = `${urnName(urn)}-${String(inputs['key'])}`;
        await pool.query(CREATE, [stack, id, urn, size(inputs)]);
        return { id, outs: { ...inputs, made: id } };
      },
      async update(id, _urn, _olds, news: Props) {
        await pool.query('UPDATE world SET size = $3 WHERE stack = $1 AND id = $2', [stack, id, size(news)]);
        return { outs: { ...news, made: id } };
      },
      async delete(id) {
        await pool.query(DELETE, [stack, id]);
      },
    }),
  };
}

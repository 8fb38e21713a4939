/** The first copy of everything published, in one transaction on either side: readers of the edge see the old until they see the new. */
import { escapeIdentifier, type ClientBase } from 'pg';

const ROWS_AT_ONCE = 500;

export async function copyAll(source: ClientBase, sink: ClientBase, schema: string): Promise<void> {
  await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await sink.query('BEGIN');
    for (const table of await tablesOf(source, schema)) {
      const name = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
      await sink.query(`DELETE FROM ${name}`);
      const { rows } = await source.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${name} t`);
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
        const batch = `[${rows
          .slice(at, at + ROWS_AT_ONCE)
          .map(({ row }) => row)
          .join(',')}]`;
        await sink.query(`INSERT INTO ${name} SELECT * FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)`, [
          batch,
        ]);
      }
    }
    await sink.query('COMMIT');
  } finally {
    await source.query('COMMIT');
  }
}

async function tablesOf(source: ClientBase, schema: string): Promise<readonly string[]> {
  const { rows } = await source.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1',
    [schema],
  );
  return rows.map(({ name }) => name);
}

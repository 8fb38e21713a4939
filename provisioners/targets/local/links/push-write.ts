/** One published change, written to the edge by its key: what is there is brought up to date, what is missing is added. */
import { escapeIdentifier, type ClientBase } from 'pg';
import type { Pgoutput } from 'pg-logical-replication';

type MessageRelation = Pgoutput.MessageRelation;
export type Change =
  | Pgoutput.MessageInsert
  | Pgoutput.MessageUpdate
  | Pgoutput.MessageDelete
  | Pgoutput.MessageTruncate;

type Row = Readonly<Record<string, unknown>>;

export async function writeChange(sink: ClientBase, change: Change): Promise<void> {
  if (change.tag === 'truncate') {
    for (const relation of change.relations) await sink.query(`DELETE FROM ${nameOf(relation)}`);
    return;
  }
  const { relation } = change;
  if (change.tag === 'delete') {
    await remove(sink, relation, change.key ?? change.old ?? {});
    return;
  }
  if (change.tag === 'update' && change.key) await remove(sink, relation, change.key); // the row has another key now
  await put(sink, relation, change.new);
}

/** A long value that did not change does not travel: it is left as it is. */
async function put(sink: ClientBase, relation: MessageRelation, row: Row): Promise<void> {
  const columns = relation.columns.map(({ name }) => name);
  const known = columns.filter((name) => row[name] !== undefined);
  const others = known.filter((name) => !relation.keyColumns.includes(name));
  const values = known.map((name) => row[name]);
  const place = (name: string): string => `$${known.indexOf(name) + 1}`;
  const setters = others.map((name) => `${escapeIdentifier(name)} = ${place(name)}`).join(', ');
  if (known.length < columns.length) {
    const keys = relation.keyColumns.map((name) => `${escapeIdentifier(name)} = ${place(name)}`).join(' AND ');
    await sink.query(`UPDATE ${nameOf(relation)} SET ${setters} WHERE ${keys}`, values);
    return;
  }
  const action = others.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${setters}`;
  await sink.query(
    `INSERT INTO ${nameOf(relation)} (${known.map(escapeIdentifier).join(', ')}) VALUES (${known.map(place).join(', ')})
     ON CONFLICT (${relation.keyColumns.map(escapeIdentifier).join(', ')}) ${action}`,
    values,
  );
}

async function remove(sink: ClientBase, relation: MessageRelation, key: Row): Promise<void> {
  const keys = relation.keyColumns.map((name, at) => `${escapeIdentifier(name)} = $${at + 1}`).join(' AND ');
  await sink.query(
    `DELETE FROM ${nameOf(relation)} WHERE ${keys}`,
    relation.keyColumns.map((name) => key[name]),
  );
}

const nameOf = ({ schema, name }: MessageRelation): string => `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

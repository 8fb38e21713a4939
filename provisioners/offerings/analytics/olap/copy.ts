/**
 * Brings the copy up to date: the parts that have changed are read in one snapshot, each is written to a file of its own, and then all are
 * settled at once. What dies in between leaves files that nobody points to.
 */
import { DuckDBDateValue, LIST, listValue, VARCHAR, type DuckDBAppender } from '@duckdb/node-api';
import type { Client } from 'pg';
import { quote, type Engine } from './engine.ts';
import { fileOf, placeFile, staleParts, sweep, type StalePart } from './parts.ts';

/** A round is one snapshot; questions are answered between rounds. */
export const PARTS_PER_ROUND = 64;
const ROWS_PER_FETCH = 10_000;
const DRAFT = 'draft.parquet';

interface Settled {
  readonly dataset: string;
  readonly part: number;
  readonly copied: string;
  readonly file: string | null;
  readonly rows: string;
  readonly bytes: number;
  readonly revenueMinor: string;
}

export interface Copier {
  readonly client: Client;
  readonly engine: Engine;
  readonly folder: string;
}

/** One round. @returns parts that were copied; when they are as many as a round may have, there may be more */
export async function copyRound(copier: Copier): Promise<number> {
  const { client, folder } = copier;
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const settled: Settled[] = [];
  try {
    for (const part of await staleParts(client, PARTS_PER_ROUND)) settled.push(await copyPart(copier, part));
  } finally {
    await client.query('ROLLBACK');
  }
  if (settled.length === 0) return 0;
  await client.query('SELECT olap.settle($1)', [JSON.stringify(settled)]);
  await sweep(client, folder);
  return settled.length;
}

/** All rounds that it takes. */
export async function copyAll(copier: Copier): Promise<void> {
  while ((await copyRound(copier)) === PARTS_PER_ROUND);
}

async function copyPart({ client, engine, folder }: Copier, part: StalePart): Promise<Settled> {
  const shape = SHAPES[part.dataset];
  const { connection } = engine;
  await connection.run(`CREATE OR REPLACE TEMP TABLE draft (${shape.columns})`);
  await fill(client, await connection.createAppender('draft', null, 'temp'), shape, part.part);
  const draft = quote(`${folder}/${DRAFT}`);
  await connection.run(`COPY (${shape.select}) TO ${draft} (FORMAT parquet, COMPRESSION zstd)`);
  await connection.run('DROP TABLE draft');
  const counted = await connection.runAndReadAll(
    `SELECT count(*)::VARCHAR, ${shape.total} FROM read_parquet(${draft})`,
  );
  const [rows = '0', revenueMinor = '0'] = (counted.getRowsJson()[0] ?? []) as string[];
  const { dataset, part: number, changed: copied } = part;
  const base = { dataset, part: number, copied, rows, revenueMinor };
  if (rows === '0') return { ...base, file: null, bytes: 0 };
  const file = fileOf(part);
  return { ...base, file, bytes: await placeFile(folder, DRAFT, file) };
}

async function fill(client: Client, appender: DuckDBAppender, shape: Shape, part: number): Promise<void> {
  await client.query(`DECLARE part_rows NO SCROLL CURSOR FOR ${shape.query(part)}`);
  for (;;) {
    const { rows } = await client.query<Value[]>({
      text: `FETCH ${ROWS_PER_FETCH} FROM part_rows`,
      rowMode: 'array',
    });
    for (const row of rows) {
      shape.append(appender, row, part);
      appender.endRow();
    }
    if (rows.length < ROWS_PER_FETCH) break;
  }
  appender.closeSync();
  await client.query('CLOSE part_rows');
}

type Value = string | number | null | readonly (string | null)[];

interface Shape {
  readonly columns: string;
  /** Of the draft into the file. */
  readonly select: string;
  /** The sum that is checked, as text. */
  readonly total: string;
  readonly query: (part: number) => string;
  /** Columns in the order of the query, as the driver gives them: numbers of 64 bits as text. */
  readonly append: (appender: DuckDBAppender, row: readonly Value[], part: number) => void;
}

const MEMBERS_PER_PART = 65_536;
const VARCHARS = LIST(VARCHAR);

const SHAPES: Readonly<Record<StalePart['dataset'], Shape>> = {
  sales: {
    columns:
      'source VARCHAR, event_id VARCHAR, d DATE, product_key BIGINT, customer_key BIGINT, qty INTEGER, revenue_minor BIGINT, currency VARCHAR',
    select: 'SELECT * FROM draft',
    total: 'coalesce(sum(revenue_minor), 0)::VARCHAR',
    query: (day) =>
      `SELECT source, event_id, product_key, customer_key, qty, revenue_minor, currency FROM dwh.fact_sales WHERE date_key = ${day}`,
    append: (to, [source, eventId, product, customer, qty, revenue, currency], day) => {
      to.appendVarchar(source as string);
      to.appendVarchar(eventId as string);
      to.appendDate(
        DuckDBDateValue.fromParts({
          year: Math.floor(day / 10_000),
          month: Math.floor(day / 100) % 100,
          day: day % 100,
        }),
      );
      to.appendBigInt(BigInt(product as string));
      if (customer === null) to.appendNull();
      else to.appendBigInt(BigInt(customer as string));
      to.appendInteger(qty as number);
      to.appendBigInt(BigInt(revenue as string));
      to.appendVarchar((currency as string).trimEnd());
    },
  },
  member: {
    columns: 'member_key BIGINT, id VARCHAR, names VARCHAR[], vals VARCHAR[]',
    select: 'SELECT member_key, id, map(names, vals) AS attributes FROM draft',
    total: "'0'",
    query: (part) =>
      `SELECT member_key, id, ARRAY(SELECT key FROM jsonb_each_text(attributes) ORDER BY key),
         ARRAY(SELECT value FROM jsonb_each_text(attributes) ORDER BY key)
       FROM dwh.member WHERE member_key >= ${part * MEMBERS_PER_PART} AND member_key < ${(part + 1) * MEMBERS_PER_PART}`,
    append: (to, [key, id, names, values]) => {
      to.appendBigInt(BigInt(key as string));
      to.appendVarchar(id as string);
      to.appendList(listValue(names as readonly string[]), VARCHARS);
      to.appendList(listValue(values as readonly (string | null)[]), VARCHARS);
    },
  },
};

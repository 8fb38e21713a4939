/** Parts of the copy, as the database has them, and the files that hold them. */
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from 'pg';

export type Dataset = 'sales' | 'member';

export interface Part {
  readonly dataset: Dataset;
  /** The day as 20261122; of members their key over 65536. */
  readonly part: number;
  readonly file: string;
  readonly rows: number;
  readonly copiedAt: Date;
}

export interface StalePart {
  readonly dataset: Dataset;
  readonly part: number;
  /** Number of the last change that is visible. */
  readonly changed: string;
}

/** Members first: facts point to them. */
export async function staleParts(client: Client, limit: number): Promise<readonly StalePart[]> {
  const { rows } = await client.query<StalePart>(
    'SELECT dataset, part, changed::text FROM olap.part WHERE copied < changed ORDER BY dataset, part LIMIT $1',
    [limit],
  );
  return rows;
}

/** Facts of these days and all members, as far as there are files of them. */
export async function partsOf(client: Client, since: number, until: number): Promise<readonly Part[]> {
  const { rows } = await client.query<Part>(
    `SELECT dataset, part, file, rows::float8 AS rows, copied_at AS "copiedAt" FROM olap.part
     WHERE file IS NOT NULL AND (dataset = 'member' OR part BETWEEN $1 AND $2) ORDER BY dataset, part`,
    [since, until],
  );
  return rows;
}

/** What a part's file is called; another change, another file. */
export const fileOf = ({ dataset, part, changed }: StalePart): string => `${dataset}-${part}-${changed}.parquet`;

/** Puts a written file in its place, on the disk for good. @returns bytes */
export async function placeFile(folder: string, from: string, to: string): Promise<number> {
  const written = await open(path.join(folder, from));
  try {
    await written.sync();
    const { size } = await written.stat();
    await rename(path.join(folder, from), path.join(folder, to));
    return size;
  } finally {
    await written.close();
  }
}

/** Has the copy done anew what is not where it should be, or has another size.
 * @returns whether all was there */
export async function missFiles(client: Client, folder: string): Promise<boolean> {
  const { rows } = await client.query<{ file: string; bytes: number }>(
    'SELECT file, bytes::float8 AS bytes FROM olap.part WHERE file IS NOT NULL',
  );
  const sizes = await Promise.all(rows.map(({ file }) => sizeOf(path.join(folder, file))));
  const lost = rows.filter(({ bytes }, n) => sizes[n] !== bytes).map(({ file }) => file);
  if (lost.length > 0) await client.query('SELECT olap.lose($1)', [lost]);
  return lost.length === 0;
}

const sizeOf = (file: string): Promise<number | null> =>
  stat(file).then(
    ({ size }) => size,
    () => null,
  );

/** Removes every file that is no part of the copy: replaced ones, and what an interrupted attempt left. */
export async function sweep(client: Client, folder: string): Promise<void> {
  const { rows } = await client.query<{ file: string }>('SELECT file FROM olap.part WHERE file IS NOT NULL');
  const kept = new Set(rows.map(({ file }) => file));
  const found = await readdir(folder, { withFileTypes: true });
  const gone = found.filter((entry) => entry.isFile() && !kept.has(entry.name));
  await Promise.all(gone.map(({ name }) => rm(path.join(folder, name), { force: true })));
}

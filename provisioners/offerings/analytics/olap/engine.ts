/**
 * The engine: DuckDB in this process, in memory, shut in. It may touch its own folder and nothing else, takes no extension from anywhere, and
 * cannot be told otherwise once it is open. One thing at a time.
 */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

export interface EngineSettings {
  /** Absolute. */
  readonly folder: string;
  readonly memoryMib: number;
  readonly threads: number;
  /** What it may spill to disk. */
  readonly spillMib: number;
}

const INTERRUPT_EVERY_MS = 50;

/** The engine did not finish in time. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/** The engine refused or gave up, most of all for want of memory. */
export class EngineFailed extends Error {
  override readonly name = 'EngineFailed';
}

export interface Engine {
  readonly connection: DuckDBConnection;
  /** Rows as text.
   * @throws TookTooLong
   * @throws EngineFailed */
  ask(sql: string, values: readonly string[], withinMs: number): Promise<readonly (readonly (string | null)[])[]>;
  close(): void;
}

export async function openEngine({ folder, memoryMib, threads, spillMib }: EngineSettings): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const setting of [
    `memory_limit = '${memoryMib}MiB'`,
    `threads = ${threads}`,
    `temp_directory = ${quote(`${folder}/spill`)}`,
    `max_temp_directory_size = '${spillMib}MiB'`,
    'preserve_insertion_order = false',
    'autoinstall_known_extensions = false',
    'autoload_known_extensions = false',
    'allow_community_extensions = false',
    `allowed_directories = [${quote(`${folder}/`)}]`,
    'enable_external_access = false',
    'lock_configuration = true',
  ]) {
    await connection.run(`SET ${setting}`);
  }
  return {
    connection,
    ask: async (sql, values, withinMs) => {
      let late = false;
      const deadline = performance.now() + withinMs;
      // Told again and again: what has not begun yet does not hear it.
      const timer = setInterval(
        () => {
          late = performance.now() >= deadline;
          if (late) connection.interrupt();
        },
        Math.min(withinMs, INTERRUPT_EVERY_MS),
      );
      try {
        const reader = await connection.runAndReadAll(sql, [...values]);
        return reader.getRowsJson() as (string | null)[][];
      } catch (cause) {
        if (late) throw new TookTooLong(`no answer within ${withinMs} ms`, { cause });
        throw new EngineFailed(cause instanceof Error ? cause.message : String(cause), { cause });
      } finally {
        clearInterval(timer);
      }
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as a literal of SQL. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

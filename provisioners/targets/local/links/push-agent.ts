/**
 * The private side writes out what it publishes: the agent reads the DMZ's slot and writes to the edge, so nothing at all dials in. What it
 * reads is confirmed only after the edge has committed it, and writing it twice does no harm.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { PgoutputPlugin } from 'pg-logical-replication';
import type { Dial } from './ends.ts';
import { copyAll } from './push-copy.ts';
import { writeChange, type Change } from './push-write.ts';

const ASK_EVERY_MS = 250;
const RETRY_MS = 1_000;
/** Changes read at a time; a transaction is never cut. */
const CHANGES_MAX = 1_000;
/** A slot that is never moved on holds the log of the whole instance. */
const MOVE_ON_EVERY_MS = 10_000;

export interface PushSpec {
  readonly ref: string;
  readonly source: Dial;
  readonly sink: Dial;
  readonly publication: string;
  readonly slot: string;
  readonly schema: string;
}

export interface Agent {
  close(): void;
}

/** Runs until it is closed; whatever is away is tried again.
 * @param warn told once of each kind of trouble until it is over */
export function runPushAgent(spec: PushSpec, warn: (message: string) => void): Agent {
  const ending = new AbortController();
  const live = async (): Promise<void> => {
    let trouble = '';
    while (!ending.signal.aborted) {
      try {
        await session(spec, ending.signal, () => (trouble = ''));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== trouble && !ending.signal.aborted) warn(`${spec.ref}: ${message}`);
        trouble = message;
      }
      await delay(RETRY_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  };
  void live();
  return { close: () => ending.abort() };
}

async function session(spec: PushSpec, signal: AbortSignal, isWell: () => void): Promise<void> {
  const [source, sink] = [await open(spec.source), await open(spec.sink)];
  try {
    await begin(spec, source, sink);
    let movedAt = 0;
    while (!signal.aborted) {
      const before = await flushedLsn(source);
      const changes = await peek(spec, source);
      if (changes.length > 0) await carry(spec, source, sink, changes);
      else if (Date.now() - movedAt > MOVE_ON_EVERY_MS) {
        // Nothing is published up to here, so nothing is lost by going on from here.
        await moveOn(source, spec.slot, before);
        movedAt = Date.now();
      }
      isWell();
      if (changes.length < CHANGES_MAX) await delay(ASK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    await Promise.allSettled([source.end(), sink.end()]);
  }
}

async function open({ name, ...dial }: Dial): Promise<Client> {
  const client = new Client({ ...dial, application_name: name, keepAlive: true, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // the statement under way rejects by itself
  await client.connect();
  return client;
}

/** Makes sure of the slot. One that is new, or was lost, has no past: everything is copied first, then followed from where it began. */
async function begin(spec: PushSpec, source: Client, sink: Client): Promise<void> {
  const { rows } = await source.query<{ lost: boolean }>(
    `SELECT coalesce(wal_status = 'lost', false) OR invalidation_reason IS NOT NULL AS lost
     FROM pg_replication_slots WHERE slot_name = $1`,
    [spec.slot],
  );
  const { rowCount: copied } = await sink.query(`SELECT FROM ${spec.schema}.pulse`);
  if (rows[0]?.lost === false && copied === 1) return;
  if (rows[0] !== undefined) await source.query('SELECT pg_drop_replication_slot($1)', [spec.slot]);
  await source.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [spec.slot]);
  await copyAll(source, sink, spec.schema);
}

async function flushedLsn(source: Client): Promise<string> {
  const { rows } = await source.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  return rows[0]?.lsn ?? '0/0';
}

async function peek({ slot, publication }: PushSpec, source: Client): Promise<readonly Buffer[]> {
  const { rows } = await source.query<{ data: Buffer }>(
    `SELECT data FROM pg_logical_slot_peek_binary_changes($1, NULL, $2, 'proto_version', '1', 'publication_names', $3)`,
    [slot, CHANGES_MAX, publication],
  );
  return rows.map(({ data }) => data);
}

async function moveOn(source: Client, slot: string, lsn: string): Promise<void> {
  await source.query('SELECT pg_replication_slot_advance($1, $2)', [slot, lsn]);
}

/** Each transaction of the private side is one at the edge; the slot moves on behind the last. */
async function carry(spec: PushSpec, source: Client, sink: Client, messages: readonly Buffer[]): Promise<void> {
  const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [spec.publication] });
  let reached: string | null = null;
  for (const data of messages) {
    const message = plugin.parse(data);
    if (message.tag === 'relation') {
      // Values stay the text that PostgreSQL wrote: a Date would lose microseconds, a number digits.
      for (const column of message.columns) column.parser = (text: string) => text;
    } else if (message.tag === 'begin') {
      await sink.query('BEGIN');
    } else if (message.tag === 'commit') {
      await sink.query('COMMIT');
      reached = message.commitEndLsn;
    } else if (isChange(message)) {
      await writeChange(sink, message);
    }
  }
  if (reached !== null) await moveOn(source, spec.slot, reached);
}

const isChange = (message: { readonly tag: string }): message is Change =>
  ['insert', 'update', 'delete', 'truncate'].includes(message.tag);

/** What an offering brings to be measured: business transactions to repeat through its tenant's API and, the same, in its database. */
import type { SmokeClient } from './smoke-client.ts';

export interface OfferingBench {
  /** The first is the offering's own measure. */
  readonly works: readonly BenchWork[];
  /** A cheap read of one row after the first work's `prepare`; null for none. */
  readonly read: {
    readonly view: string;
    readonly query: (prepared: unknown) => Readonly<Record<string, string>>;
  } | null;
  /** Many ask for what there is too little of; null where nothing is scarce. */
  readonly race: BenchRace | null;
  /** Questions over many rows that a workload answers beside the database; absent where no module brings one. */
  readonly scan?: BenchScan;
}

/** The same questions, answered by the database and by a module's workload. */
export interface BenchScan {
  readonly module: string;
  /** Statements of a superuser that fill a new tenant with this many rows. */
  readonly fill: (rows: number) => string;
  /** A statement of one row and column: true when the workload has all rows. */
  readonly ready: string;
  /** A statement of one row and column: bytes that the workload keeps. */
  readonly bytes: string;
  readonly questions: readonly { readonly name: string; readonly body: Readonly<Record<string, unknown>> }[];
  /** Each returns what is to be equal. */
  readonly byDatabase: (client: SmokeClient, body: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly byWorkload: (client: SmokeClient, body: Readonly<Record<string, unknown>>) => Promise<unknown>;
}

/** One transaction, repeated on many connections. */
export interface BenchWork {
  /** Short, unique within the offering: `orders over 200 products`. */
  readonly name: string;
  /** The rate that was measured for it elsewhere, with where: `489/s, design study`. Null for none. */
  readonly known: string | null;
  /** Makes what the calls need, through the API; no plan's rate applies. What it returns is handed to every call. */
  readonly prepare: (client: SmokeClient) => Promise<unknown>;
  /** A function of the API that writes. */
  readonly fn: string;
  /** Body of the nth call, counted from 0 over all connections; n never repeats, so it may serve to make names. */
  readonly body: (n: number, prepared: unknown) => Readonly<Record<string, unknown>>;
  /** What is counted, and how many of it one call is: `orders` and 1, `events` and 100. */
  readonly units: string;
  readonly unitsPerCall: number;
  /** Codes of problems that are part of the promise; any other refusal fails the benchmark. */
  readonly refusals: readonly string[];
}

/** Of `calls` at once exactly `winners` succeed, all others are refused with `refusal`. */
export interface BenchRace {
  readonly name: string;
  readonly prepare: (client: SmokeClient) => Promise<unknown>;
  readonly fn: string;
  readonly body: (n: number, prepared: unknown) => Readonly<Record<string, unknown>>;
  readonly calls: number;
  readonly winners: number;
  readonly refusal: string;
}

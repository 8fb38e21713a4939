/** The same calls through the gateway and straight into the database, in turns. */
import { randomUUID } from 'node:crypto';
import type { BenchWork } from '../../provisioners/kit/bench.ts';
import type { ApiView } from '../../server/domain/manifest.ts';
import { parseViewQuery, viewStatement } from '../../server/gateway/read-view.ts';
import type { BenchTenant, DataPlane } from './data-plane.ts';
import { loadHttp, loadSql, type Outcome } from './load.ts';

export interface ContestOptions {
  readonly connections: number;
  readonly forMs: number;
  readonly rounds: number;
}

export interface Result {
  readonly name: string;
  /** Median over the rounds of calls a second through the gateway by those run directly. */
  readonly ratio: number;
  readonly ratios: readonly number[];
  /** Of the median round. */
  readonly gateway: Outcome;
  readonly direct: Outcome;
}

interface Sides {
  readonly name: string;
  readonly viaGateway: (forMs: number) => Promise<Outcome>;
  readonly direct: (forMs: number) => Promise<Outcome>;
}

/** The door into the pack, as the gateway uses it. */
export const CALL = {
  name: 'pack.call',
  text: `SELECT (answer -> 'replayed')::boolean, (answer -> 'result')::text
         FROM pack.call($1::text, $2::text, $3::jsonb, $4::jsonb) AS answer`,
};
const CONTEXT = JSON.stringify({ caller: 'bench', requestId: 'req_bench', channel: 'api' });

/** Where calls that never repeat are counted: rounds and sides share it. */
export class Counter {
  #next = 0;
  next = (): number => this.#next++;
}

/** A transaction that writes, by its function. */
export async function contestWrites(
  plane: DataPlane,
  tenant: BenchTenant,
  work: Pick<BenchWork, 'name' | 'fn' | 'body'>,
  prepared: unknown,
  options: ContestOptions,
): Promise<Result> {
  const { connections } = options;
  const counter = new Counter();
  const authorization = `Bearer ${tenant.key}`;
  return compete(options, {
    name: work.name,
    viaGateway: (forMs) =>
      loadHttp(plane, { connections, forMs }, () => ({
        method: 'POST',
        path: `${tenant.basePath}/${work.fn}`,
        headers: { authorization, 'idempotency-key': randomUUID() },
        body: JSON.stringify(work.body(counter.next(), prepared)),
      })),
    direct: (forMs) =>
      loadSql(tenant.role, { connections, forMs }, CALL, () => [
        work.fn,
        randomUUID(),
        JSON.stringify(work.body(counter.next(), prepared)),
        CONTEXT,
      ]),
  });
}

/** A read of a view, by equality. */
export async function contestReads(
  plane: DataPlane,
  tenant: BenchTenant,
  view: ApiView,
  query: Readonly<Record<string, string>>,
  options: ContestOptions,
): Promise<Result> {
  const { connections } = options;
  const search = new URLSearchParams(query);
  const { text, values } = viewStatement(view, parseViewQuery(view, search));
  const headers = { authorization: `Bearer ${tenant.key}` };
  const path = `${tenant.basePath}/${view.name}?${search.toString()}`;
  return compete(options, {
    name: `one row of ${view.name}`,
    viaGateway: (forMs) =>
      loadHttp(plane, { connections, forMs }, () => ({ method: 'GET', path, headers, body: null })),
    direct: (forMs) => loadSql(tenant.role, { connections, forMs }, { name: 'read', text }, () => values),
  });
}

/** In turns, after a warm-up of each, so that what else the machine does meets both alike. */
async function compete({ forMs, rounds: count }: ContestOptions, { name, viaGateway, direct }: Sides): Promise<Result> {
  await viaGateway(forMs / 2);
  await direct(forMs / 2);
  const rounds: { readonly gateway: Outcome; readonly direct: Outcome }[] = [];
  for (let round = 0; round < count; round++) {
    rounds.push(
      round % 2 === 0
        ? { direct: await direct(forMs), gateway: await viaGateway(forMs) }
        : { gateway: await viaGateway(forMs), direct: await direct(forMs) },
    );
  }
  const ratios = rounds.map((round) => round.gateway.perSecond / round.direct.perSecond);
  const ratio = ratios.toSorted((a, b) => a - b)[Math.floor((ratios.length - 1) / 2)]!;
  return { name, ratio, ratios, ...rounds[ratios.indexOf(ratio)]! };
}

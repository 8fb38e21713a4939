/** The same calls through the gateway and straight into the database, in turns. */
import { randomUUID } from 'node:crypto';
import type { BenchWork } from '../../provisioners/kit/bench.ts';
import type { ApiView } from '../../server/domain/manifest.ts';
import { parseViewQuery, viewStatement } from '../../server/gateway/read-view.ts';
import { withCost, type Cost } from './cpu.ts';
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
  /** Processor time of a call run directly by that of one through the gateway: the same ratio on a machine with nothing else to do. */
  readonly cpuRatio: number;
  /** What the gateway itself costs, ms of processor a call. */
  readonly gatewayCpuMs: number;
  /** Share of the machine that other programs used meanwhile. */
  readonly othersShare: number;
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
  return compete(plane, options, {
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
  return compete(plane, options, {
    name: `one row of ${view.name}`,
    viaGateway: (forMs) =>
      loadHttp(plane, { connections, forMs }, () => ({ method: 'GET', path, headers, body: null })),
    direct: (forMs) => loadSql(tenant.role, { connections, forMs }, { name: 'read', text }, () => values),
  });
}

/** In turns, after a warm-up of each, so that what else the machine does meets both alike. */
async function compete(
  { pids }: DataPlane,
  { forMs, rounds: count }: ContestOptions,
  { name, viaGateway, direct }: Sides,
): Promise<Result> {
  await viaGateway(forMs / 2);
  await direct(forMs / 2);
  const rounds: { readonly gateway: Side; readonly direct: Side }[] = [];
  for (let round = 0; round < count; round++) {
    const first = round % 2 === 0 ? await withCost(pids, () => direct(forMs)) : null;
    const gateway = await withCost(pids, () => viaGateway(forMs));
    rounds.push({ gateway, direct: first ?? (await withCost(pids, () => direct(forMs))) });
  }
  const ratios = rounds.map((round) => round.gateway.outcome.perSecond / round.direct.outcome.perSecond);
  const ratio = middle(ratios);
  const { gateway, direct: straight } = rounds[ratios.indexOf(ratio)]!;
  return {
    name,
    ratio,
    ratios,
    cpuRatio: middle(rounds.map((round) => cpuMsOf(round.direct) / cpuMsOf(round.gateway))),
    gatewayCpuMs: middle(rounds.map((round) => round.gateway.cost.gatewayMs / round.gateway.outcome.calls)),
    othersShare: middle(rounds.flatMap((round) => [round.gateway.cost.othersShare, round.direct.cost.othersShare])),
    gateway: gateway.outcome,
    direct: straight.outcome,
  };
}

interface Side {
  readonly outcome: Outcome;
  readonly cost: Cost;
}

/** Of one call: client, gateway and database together. */
const cpuMsOf = ({ outcome, cost }: Side): number =>
  (cost.clientMs + cost.gatewayMs + cost.databaseMs) / Math.max(1, outcome.calls);

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

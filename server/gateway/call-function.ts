/** `POST /t/<ref>/v1/<function>`: one call of a pack's function, through `pack.call`. */
import type { ApiFunction } from '../domain/manifest.ts';
import type { Route } from '../registry/model.ts';
import { json, type Answer, type Exchange } from './exchange.ts';
import type { Caller } from './identify.ts';
import { problem } from './problems.ts';
import { readJsonBody } from './read-body.ts';
import { runStatement } from './run-statement.ts';
import type { TenantPools } from './tenant-pools.ts';
import type { TenantState } from './tenant-state.ts';
import type { Validators } from './validators.ts';

/** The answer travels as text, so numbers in it are never rounded on the way. */
const CALL = {
  name: 'pack.call',
  text: `SELECT (answer -> 'replayed')::boolean, (answer -> 'result')::text
         FROM pack.call($1::text, $2::text, $3::jsonb, $4::jsonb) AS answer`,
};

export async function callFunction(
  exchange: Exchange,
  tenant: { route: Route; state: TenantState; caller: Caller; fn: ApiFunction },
  tools: { pools: TenantPools; validators: Validators },
): Promise<Answer> {
  const { route, state, caller, fn } = tenant;
  requireScope(caller, fn.writes ? 'write' : 'read');
  const key = fn.writes ? idempotencyKey(exchange.req.headers['idempotency-key']) : null;
  const body = await readJsonBody(exchange.req, route.limits.bodyBytesMax);
  const issues = tools.validators.check(route.apiHash, fn, body.value);
  if (issues.length > 0) throw problem('body_invalid', { issues });
  const rows = await runStatement(
    { pools: tools.pools, gate: state.gate, route, signal: exchange.signal },
    { ...CALL, values: [fn.name, key, body.text, contextOf(caller, exchange)] },
  );
  const [replayed, result] = rows[0] ?? [];
  return json(
    fn.status,
    typeof result === 'string' ? result : 'null',
    replayed === true ? { 'idempotency-replayed': 'true' } : {},
  );
}

/** What the pack is told of a call, as `pack.call` takes it. */
export function contextOf(caller: Caller, { requestId }: Pick<Exchange, 'requestId'>): string {
  const { id, channel, party } = caller;
  return JSON.stringify({ caller: id, requestId, channel, ...(party !== null && { party }) });
}

/** A key that is bound to a party calls what is open to parties, and nothing else.
 * @throws Problem `party_refused` */
export function requireParty(caller: Caller, target: { readonly name: string; readonly party?: boolean | undefined }) {
  if (caller.party === null || target.party === true) return;
  throw problem('party_refused', { name: target.name, party: caller.party });
}

/** @throws Problem `scope_missing` */
export function requireScope(caller: Caller, scope: 'read' | 'write'): void {
  if (!caller.scopes.includes(scope)) throw problem('scope_missing', { scope });
}

/** @throws Problem `idempotency_key_missing` or `idempotency_key_invalid` */
export function idempotencyKey(header: string | string[] | undefined): string {
  if (header === undefined) throw problem('idempotency_key_missing');
  if (typeof header !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(header)) throw problem('idempotency_key_invalid');
  return header;
}

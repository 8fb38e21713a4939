/** From address to answer: who is asked, who asks, may they, then the call. The order of checks is the contract of the API. */
import type { Route } from '../registry/model.ts';
import { tenantOfRoute } from '../registry/sides.ts';
import { readAddress, type Address } from './address.ts';
import { callFunction } from './call-function.ts';
import { isWriteRefused, problemOfDatabase } from './database-problem.ts';
import { describeTenant, type DocsOptions } from './docs.ts';
import { json, type Answer, type Exchange } from './exchange.ts';
import type { Identifier } from './identify.ts';
import { problem } from './problems.ts';
import { readView } from './read-view.ts';
import type { RegistryFeed } from './registry-feed.ts';
import type { TenantPools } from './tenant-pools.ts';
import type { Tenants } from './tenants.ts';
import { reportUsage } from './usage-report.ts';
import type { Validators } from './validators.ts';

export interface Tools {
  readonly feed: RegistryFeed;
  readonly tenants: Tenants;
  readonly identifier: Identifier;
  readonly pools: TenantPools;
  readonly validators: Validators;
  readonly docs: DocsOptions;
  readonly health: () => Record<string, unknown>;
  /** A key was accepted. */
  readonly keyUsed: (keyId: string) => void;
}

export async function dispatch(exchange: Exchange, path: string, tools: Tools): Promise<Answer> {
  const address = readAddress(path);
  if ('ref' in address) exchange.note.ref = address.ref;
  switch (address.kind) {
    case 'none':
      throw problem('not_found');
    case 'health':
      requireMethod(exchange, 'GET');
      return json(tools.feed.loadedOnce ? 200 : 503, JSON.stringify(tools.health()));
    case 'usage':
      requireMethod(exchange, 'GET');
      return reportUsage(exchange, address.ref, tools);
    case 'page':
    case 'openapi':
      requireMethod(exchange, 'GET');
      return describeTenant(exchange, await tools.tenants.find(address.ref), address.kind, tools.docs);
    default:
      return callApi(exchange, address, tools);
  }
}

async function callApi(
  exchange: Exchange,
  { ref, name }: Extract<Address, { kind: 'api' }>,
  tools: Tools,
): Promise<Answer> {
  const route = await tools.tenants.find(ref);
  exchange.note.from = 'stranger';
  const caller = await tools.identifier.identify(exchange.req.headers.authorization, tenantOfRoute(ref), Date.now());
  const platform = caller.channel === 'smoke' || caller.channel === 'kpi';
  exchange.note.from = platform ? 'platform' : 'caller';
  exchange.note.caller = caller.id;
  exchange.note.channel = caller.channel;
  if (caller.keyId !== null) tools.keyUsed(caller.keyId);
  const state = tools.tenants.state(route);
  Object.assign(exchange.headers, state.spend(route, platform, Date.now()));
  const { fn, view } = pickTarget(exchange, route, name);
  if (route.state === 'closed') throw problem('tenant_closed', {}, { 'retry-after': '60' });
  return state.hold(route, async () => {
    try {
      if (fn) return await callFunction(exchange, { route, state, caller, fn }, tools);
      return await readView(exchange, { route, state, caller, view }, tools.pools);
    } catch (error) {
      if (exchange.signal.aborted) throw error;
      exchange.note.cause = error;
      const stale = fn?.writes === true && route.state === 'open' && isWriteRefused(error);
      throw problemOfDatabase(error, stale ? await tools.tenants.refresh(route) : route);
    }
  });
}

/** POST names a function, GET a view. A name of the other kind is told apart from one that does not exist. */
function pickTarget(exchange: Exchange, route: Route, name: string) {
  const { method } = exchange.req;
  const fn = route.api.functions.find((candidate) => candidate.name === name);
  const view = route.api.views.find((candidate) => candidate.name === name);
  if (fn) exchange.note.kind = 'function';
  if (fn && method === 'POST') {
    exchange.note.name = name;
    return { fn, view: null } as const;
  }
  if (view && method === 'GET') {
    exchange.note.kind = 'view';
    exchange.note.name = name;
    return { fn: null, view } as const;
  }
  const allow = [fn && 'POST', view && 'GET'].filter((verb) => verb !== undefined).join(', ');
  if (allow !== '') throw problem('method_not_allowed', { allow }, { allow });
  throw problem(method === 'POST' ? 'function_unknown' : 'view_unknown', { name });
}

function requireMethod(exchange: Exchange, method: string): void {
  if (exchange.req.method !== method) throw problem('method_not_allowed', { allow: method }, { allow: method });
}

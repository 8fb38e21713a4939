/** From address to answer: who is asked, who asks, may they, then the call. The order of checks is the contract of the API. */
import { matchBindings, type MatchedBinding } from '../domain/binding.ts';
import type { Route } from '../registry/model.ts';
import { tenantOfRoute } from '../registry/sides.ts';
import { readAddress, type Address } from './address.ts';
import { callBinding } from './call-binding.ts';
import { callFunction, requireParty } from './call-function.ts';
import { isWriteRefused, problemOfDatabase } from './database-problem.ts';
import { describeTenant, type DocsOptions } from './docs.ts';
import { json, type Answer, type Exchange } from './exchange.ts';
import type { Caller, Identifier } from './identify.ts';
import { problem } from './problems.ts';
import { readView } from './read-view.ts';
import { showPublicPage } from './public-page.ts';
import type { RegistryFeed } from './registry-feed.ts';
import type { TenantPools } from './tenant-pools.ts';
import type { TenantState } from './tenant-state.ts';
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
    case 'public_page':
      requireMethod(exchange, 'GET');
      return showPublicPage(exchange, address, tools);
    case 'bound':
      return callStandard(exchange, address, tools);
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
  const { caller, state } = await admit(exchange, route, tools);
  const { fn, view } = pickTarget(exchange, route, name);
  requireParty(caller, fn ?? view);
  return carryOut({ exchange, route, state, writes: fn?.writes === true }, tools, () =>
    fn
      ? callFunction(exchange, { route, state, caller, fn }, tools)
      : readView(exchange, { route, state, caller, view }, tools.pools),
  );
}

/** A path of a standard. What is none is told so to anybody: which paths there are is open to read. */
async function callStandard(
  exchange: Exchange,
  { ref, path }: Extract<Address, { kind: 'bound' }>,
  tools: Tools,
): Promise<Answer> {
  const route = await tools.tenants.find(ref);
  const matches = matchBindings(route.api, path);
  if (matches === null) throw problem('request_invalid');
  const [first] = matches;
  if (first === undefined) throw problem('not_found');
  const { standard } = first;
  exchange.problemType = (code, status) => standard.problemTypes[code] ?? standard.problemTypes[`${status}`];
  Object.assign(exchange.headers, lowerCased(standard.headers));
  const { caller, state } = await admit(exchange, route, tools);
  const allow = [...new Set(matches.map(({ binding }) => binding.method)), 'OPTIONS'].join(', ');
  if (exchange.req.method === 'OPTIONS') return discover(first, allow);
  const match = matches.find(({ binding }) => binding.method === exchange.req.method);
  if (match === undefined) throw problem('method_not_allowed', { allow }, { allow });
  const { binding, values } = match;
  exchange.note.kind = binding.calls.kind;
  exchange.note.name = binding.calls.name;
  exchange.note.binding = binding.name;
  const fn = route.api.functions.find(({ name }) => binding.calls.kind === 'function' && name === binding.calls.name);
  const view = route.api.views.find(({ name }) => binding.calls.kind === 'view' && name === binding.calls.name);
  requireParty(caller, fn ?? view ?? { name: binding.calls.name });
  const writes = fn?.writes === true;
  const base = `${tools.docs.gatewayUrl}/t/${ref}`;
  return carryOut({ exchange, route, state, writes }, tools, () =>
    callBinding(exchange, { route, state, caller, binding, values, base }, tools),
  );
}

const discover = ({ standard }: MatchedBinding, allow: string): Answer => ({
  status: 204,
  contentType: null,
  body: '',
  headers: { allow, ...lowerCased(standard.discovery) },
});

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Who calls, and whether the plan's rate allows it.
 * @throws Problem `unauthorized`, `rate_limited` */
async function admit(exchange: Exchange, route: Route, tools: Tools): Promise<{ caller: Caller; state: TenantState }> {
  exchange.note.from = 'stranger';
  const caller = await tools.identifier.identify(
    exchange.req.headers.authorization,
    tenantOfRoute(route.ref),
    Date.now(),
  );
  const platform = caller.channel === 'smoke' || caller.channel === 'kpi';
  exchange.note.from = platform ? 'platform' : 'caller';
  exchange.note.caller = caller.id;
  exchange.note.channel = caller.channel;
  if (caller.keyId !== null) tools.keyUsed(caller.keyId);
  const state = tools.tenants.state(route);
  Object.assign(exchange.headers, state.spend(route, platform, Date.now()));
  return { caller, state };
}

/** Runs a call as one of those in hand; what the database refuses becomes the caller's problem. */
async function carryOut(
  {
    exchange,
    route,
    state,
    writes,
  }: { exchange: Exchange; route: Route; state: TenantState; readonly writes: boolean },
  tools: Tools,
  call: () => Promise<Answer>,
): Promise<Answer> {
  if (route.state === 'closed') throw problem('tenant_closed', {}, { 'retry-after': '60' });
  return state.hold(route, exchange.note.from === 'platform', async () => {
    try {
      return await call();
    } catch (error) {
      if (exchange.signal.aborted) throw error;
      exchange.note.cause = error;
      const stale = writes && route.state === 'open' && isWriteRefused(error);
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

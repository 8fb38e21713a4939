/**
 * A request of a standard as one call of the function or view that its binding names: validated, scoped and counted as any other. What of the
 * result becomes body, header or the token of the next page is taken out by the database, so that numbers keep all their digits.
 */
import { randomUUID } from 'node:crypto';
import { bindParameters } from '../domain/bind-parameters.ts';
import type { ApiBinding } from '../domain/binding.ts';
import type { ApiFunction, ApiView } from '../domain/manifest.ts';
import type { Route } from '../registry/model.ts';
import { contextOf, idempotencyKey, requireScope } from './call-function.ts';
import { decodeBody } from './decode-body.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Caller } from './identify.ts';
import { chooseMediaType } from './negotiate.ts';
import { problem } from './problems.ts';
import { writeJson } from './read-body.ts';
import { readPage } from './read-view.ts';
import { runStatement } from './run-statement.ts';
import type { TenantPools } from './tenant-pools.ts';
import type { TenantState } from './tenant-state.ts';
import type { Validators } from './validators.ts';

export interface BoundCall {
  readonly route: Route;
  readonly state: TenantState;
  readonly caller: Caller;
  readonly binding: ApiBinding;
  /** Of the path. */
  readonly values: Readonly<Record<string, string>>;
  /** Public address of the tenant, without a slash at the end. */
  readonly base: string;
}

interface Outcome {
  /** JSON. */
  readonly body: string;
  readonly token: string | null;
  /** Texts of the result that headers are made of, by their path. */
  readonly texts: Readonly<Record<string, string | null>>;
  readonly replayed: boolean;
}

export async function callBinding(
  exchange: Exchange,
  call: BoundCall,
  tools: { pools: TenantPools; validators: Validators },
): Promise<Answer> {
  const { binding, values, route } = call;
  const mediaType = chooseMediaType(exchange.req.headers.accept, binding.response.mediaTypes);
  const bound = bindParameters(binding, { path: values, query: exchange.query, headers: exchange.req.headers });
  if (!bound.ok) {
    throw problem(bound.fault.kind === 'header' ? 'not_acceptable' : 'query_invalid', { ...bound.fault.facts });
  }
  const { kind, name } = binding.calls;
  const fn = kind === 'function' ? route.api.functions.find((known) => known.name === name) : undefined;
  const view = kind === 'view' ? route.api.views.find((known) => known.name === name) : undefined;
  if (fn) return answer(exchange, call, mediaType, await runFunction(exchange, { ...call, fn }, bound.members, tools));
  if (view)
    return answer(exchange, call, mediaType, await runView(exchange, { ...call, view }, bound.members, tools.pools));
  throw problem('not_found');
}

const BOUND_CALL = {
  name: 'pack.call bound',
  text: `SELECT (answer -> 'replayed')::boolean, (CASE WHEN $6::text IS NULL OR $5::text <> '' THEN part ELSE part - $6::text END)::text, answer -> 'result' ->> $6::text,
           (SELECT jsonb_object_agg(path, answer -> 'result' #>> string_to_array(path, '.')) FROM jsonb_array_elements_text($7::jsonb) AS path)
         FROM pack.call($1::text, $2::text, $3::jsonb, $4::jsonb) AS answer,
           LATERAL (SELECT answer -> 'result' #> string_to_array($5::text, '.') AS part) AS chosen`,
};

async function runFunction(
  exchange: Exchange,
  { route, state, caller, binding, fn }: BoundCall & { readonly fn: ApiFunction },
  members: Readonly<Record<string, unknown>>,
  { pools, validators }: { pools: TenantPools; validators: Validators },
): Promise<Outcome> {
  requireScope(caller, fn.writes ? 'write' : 'read');
  const key = fn.writes ? keyOf(exchange, binding) : null;
  const body = await bodyOf(exchange, binding, members, route.limits.bodyBytesMax);
  refuseTooMany(binding, body);
  const issues = validators.check(route.apiHash, fn, body);
  if (issues.length > 0) throw problem(binding.body === null ? 'query_invalid' : 'body_invalid', { issues });
  const { response } = binding;
  const paths = Object.values(response.headers).flatMap(pathsIn);
  const rows = await runStatement(
    { pools, gate: state.gate, route, signal: exchange.signal },
    {
      ...BOUND_CALL,
      values: [
        fn.name,
        key,
        writeJson(body),
        contextOf(caller, exchange),
        response.body ?? '',
        response.page?.token ?? null,
        JSON.stringify(paths),
      ],
    },
  );
  const [replayed, part, token, texts] = rows[0] ?? [];
  return {
    body: typeof part === 'string' ? part : 'null',
    token: typeof token === 'string' ? token : null,
    texts: (texts ?? {}) as Outcome['texts'],
    replayed: replayed === true,
  };
}

/** A standard that names what it carries needs no key: the function passes over what it knows. Then each request is one of its own, so that
 * the same document sent again, after what was wrong with it was mended, is judged anew. */
function keyOf({ req }: Exchange, { idempotency }: ApiBinding): string {
  const header = req.headers['idempotency-key'];
  return idempotency === 'inherent' && header === undefined ? randomUUID() : idempotencyKey(header);
}

async function bodyOf(
  { req }: Exchange,
  { body }: ApiBinding,
  members: Readonly<Record<string, unknown>>,
  bytesMax: number,
): Promise<unknown> {
  if (body === null) return members;
  const value = await decodeBody(req, body, bytesMax);
  if (body.into !== null) return { ...members, [body.into]: value };
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { ...value, ...members } : value;
}

function refuseTooMany({ itemsMax }: ApiBinding, body: unknown): void {
  if (itemsMax === null) return;
  const items = itemsMax.at
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], body);
  if (Array.isArray(items) && items.length > itemsMax.max) {
    throw problem('too_many_items', { count: items.length, max: itemsMax.max });
  }
}

async function runView(
  exchange: Exchange,
  call: BoundCall & { readonly view: ApiView },
  members: Readonly<Record<string, unknown>>,
  pools: TenantPools,
): Promise<Outcome> {
  const asked = new URLSearchParams(
    Object.entries(members).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const { items, next } = await readPage(exchange, call, asked, pools);
  return { body: JSON.stringify(items), token: next, texts: {}, replayed: false };
}

const PLACE = /\{([^{}]+)\}/g;
const pathsIn = (template: string): string[] =>
  Array.from(template.matchAll(PLACE), ([, path = '']) => path).filter((path) => path !== 'base');

function answer(
  { query }: Exchange,
  { binding, base, values }: BoundCall,
  mediaType: string,
  { body, token, texts, replayed }: Outcome,
): Answer {
  const { status, headers, page } = binding.response;
  const made: Record<string, string> = {};
  for (const [name, template] of Object.entries(headers)) {
    made[name.toLowerCase()] = template.replaceAll(PLACE, (_all, path: string) =>
      path === 'base' ? base : encodeURIComponent(texts[path] ?? ''),
    );
  }
  if (page !== null && token !== null) {
    const following = new URLSearchParams(query);
    following.set(page.parameter, token);
    const path = binding.path.replaceAll(PLACE, (_all, name: string) => encodeURIComponent(values[name] ?? ''));
    made['link'] = `<${base}/${path}?${following}>; rel="next"`;
  }
  if (replayed) made['idempotency-replayed'] = 'true';
  return { status, contentType: `${mediaType}; charset=utf-8`, body, headers: made };
}

/** `GET /t/<ref>/page/<function>/<value>`: the page that a function has for people without a key (domain/public-page.ts). */
import type { ApiFunction } from '../domain/manifest.ts';
import type { PublicPage } from '../domain/public-page.ts';
import type { Route } from '../registry/model.ts';
import { problemOfDatabase } from './database-problem.ts';
import { spendByAddress, type DocsOptions } from './docs.ts';
import type { Answer, Exchange } from './exchange.ts';
import { Problem, problem } from './problems.ts';
import { PUBLIC_PAGE_POLICY, renderProblem, renderPublicPage } from './public-page-html.ts';
import { runStatement } from './run-statement.ts';
import type { TenantPools } from './tenant-pools.ts';
import type { Tenants } from './tenants.ts';

const CALL = `SELECT (pack.call($1::text, NULL, $2::jsonb, $3::jsonb) -> 'result')::text`;
/** Who calls, for the pack: somebody with a link. */
const CALLER = 'public page';

type Shown = ApiFunction & { readonly page: PublicPage };

/** Limited by address, and by the plan's rate as every call. What goes wrong is a page, too: the reader has no use for a problem document. */
export async function showPublicPage(
  exchange: Exchange,
  { ref, name, value }: { readonly ref: string; readonly name: string; readonly value: string },
  tools: { readonly tenants: Tenants; readonly pools: TenantPools; readonly docs: DocsOptions },
): Promise<Answer> {
  const { locale } = exchange;
  spendByAddress(exchange, tools.docs);
  const route = await tools.tenants.find(ref);
  const fn = route.api.functions.find((candidate): candidate is Shown => {
    return candidate.name === name && candidate.page !== undefined && !candidate.writes;
  });
  if (fn === undefined) throw problem('not_found');
  exchange.note.kind = 'function';
  exchange.note.name = name;
  try {
    const result = await call(exchange, route, { fn, value }, tools);
    return html(200, renderPublicPage(fn.page, { result, tenant: route.title, locale }), locale);
  } catch (error) {
    if (exchange.signal.aborted || !(error instanceof Problem)) throw error;
    exchange.note.code = error.code;
    const { status, title } = error.spec;
    const words = status === 404 ? fn.page.missing : title;
    const body = renderProblem(fn.page, { words, tenant: route.title, retry: status >= 429, locale });
    return { ...html(status, body, locale), headers: { ...html(status, body, locale).headers, ...error.headers } };
  }
}

async function call(
  exchange: Exchange,
  route: Route,
  { fn, value }: { readonly fn: Shown; readonly value: string },
  { tenants, pools }: { readonly tenants: Tenants; readonly pools: TenantPools },
): Promise<Readonly<Record<string, unknown>>> {
  if (route.state === 'closed') throw problem('tenant_closed', {}, { 'retry-after': '60' });
  const state = tenants.state(route);
  state.spend(route, false, Date.now());
  const { requestId, signal } = exchange;
  const context = JSON.stringify({ caller: CALLER, requestId, channel: 'api' });
  const rows = await state.hold(route, false, async () => {
    try {
      const values = [fn.name, JSON.stringify({ [fn.page.input]: value }), context];
      return await runStatement({ pools, gate: state.gate, route, signal }, { text: CALL, values });
    } catch (error) {
      if (signal.aborted) throw error;
      exchange.note.cause = error;
      throw problemOfDatabase(error, route);
    }
  });
  const result = rows[0]?.[0];
  return typeof result === 'string' ? (JSON.parse(result) as Record<string, unknown>) : {};
}

const html = (status: number, body: string, locale: Exchange['locale']) =>
  ({
    status,
    contentType: 'text/html; charset=utf-8',
    body,
    headers: {
      'cache-control': 'no-store',
      'content-language': locale,
      'content-security-policy': PUBLIC_PAGE_POLICY,
      'referrer-policy': 'no-referrer', // the address holds the token
      vary: 'accept-language',
    },
  }) satisfies Answer;

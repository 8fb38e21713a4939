/** The Try it panel's calls: bodies are filled from what earlier answers saved. Pure. */
import type { ApiDescription, TryCall } from '@/server/domain/manifest.ts';
import { PAGE_VALUE } from '@/server/domain/public-page.ts';

export type Memo = Readonly<Record<string, string>>;

/** Replaces `{{name}}` inside strings; a name that nothing has saved yet stays, so that one sees what is missing. */
export function fill(value: unknown, memo: Memo): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => memo[name] ?? whole);
  if (Array.isArray(value)) return value.map((item) => fill(item, memo));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, memo)]));
  return value;
}

/** Reads `items.0.sku` out of an answer. */
export function pick(value: unknown, path: string): string | undefined {
  let at: unknown = value;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === 'string' || typeof at === 'number' ? String(at) : undefined;
}

/** What an answer adds to the memo, as the call's `save` says. */
export function remember(memo: Memo, call: TryCall, answer: unknown): Memo {
  const found = Object.entries(call.save).flatMap(([name, path]) => {
    const value = pick(answer, path);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...memo, ...Object.fromEntries(found) };
}

/** What a pass begins with: a suffix for names that must be new each time. The seed comes with the page, so that server and browser draw the same. */
export const newMemo = (seed: string): Memo => ({ random: seed.replaceAll('-', '').slice(-6) });

export const bodyText = (call: TryCall, memo: Memo): string =>
  call.body === null ? '' : JSON.stringify(fill(call.body, memo), null, 2);

/** Whether the text still has a gap that an earlier call fills. */
export const missingOf = (text: string): string | null => /\{\{(\w+)\}\}/.exec(text)?.[1] ?? null;

const pageOf = (api: ApiDescription | undefined, { kind, name }: Pick<TryCall, 'kind' | 'name'>) =>
  kind === 'function' ? api?.functions.find((one) => one.name === name)?.page : undefined;

/** Address of the page that a call's answer can be read at without a key; null when the function has none. It is the public side's where
 * that has it: the page there outlives the private side.
 * @param served the tenant's API, that of its public side if it has one, and the address of the first
 * @param body that was sent */
export function publicPageHref(
  {
    api,
    edgeApi,
    url,
  }: { readonly api: ApiDescription; readonly edgeApi?: ApiDescription | undefined; readonly url: string },
  call: Pick<TryCall, 'kind' | 'name'>,
  body: Readonly<Record<string, unknown>>,
): string | null {
  const atEdge = pageOf(edgeApi, call);
  const page = atEdge ?? pageOf(api, call);
  const value = page && body[page.input];
  if (typeof value !== 'string' || !new RegExp(`^${PAGE_VALUE}$`).test(value)) return null;
  return `${url.replace(/\/v1$/, '')}${atEdge ? '/edge' : ''}/page/${call.name}/${value}`;
}

/** All calls of the API that are not in the guided order, for whoever wants more. */
export function otherCalls(api: ApiDescription, guided: readonly TryCall[], modules: readonly string[]): TryCall[] {
  const known = new Set(guided.map((call) => `${call.kind} ${call.name}`));
  const installed = (module: string | null) => module === null || modules.includes(module);
  const functions = api.functions
    .filter((one) => installed(one.module))
    .map((one): TryCall => ({ kind: 'function', name: one.name, title: one.summary, body: one.example, save: {} }));
  const views = api.views
    .filter((one) => installed(one.module))
    .map((one): TryCall => ({ kind: 'view', name: one.name, title: one.summary, body: null, save: {} }));
  return [...functions, ...views].filter((call) => !known.has(`${call.kind} ${call.name}`));
}

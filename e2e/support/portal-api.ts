// The portal's API for what a browser test needs but does not test: a tenant to look at, a state to wait for.
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '../../server/api/root.ts';
import type { Configuration } from '../../server/domain/configuration.ts';
import type { PreviewId } from '../../server/domain/ids.ts';
import { waitFor } from '../../server/testing/wait-for.ts';

export type PortalApi = TRPCClient<AppRouter>;

/** @param as headers that say who calls: a token's, or a signed-in browser's cookie with its origin */
export function openApi(url: string, as: Record<string, string>): PortalApi {
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/api/trpc`, transformer: superjson, headers: as })],
  });
}

export const withToken = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

export interface Ordered {
  tenantId: string;
  ref: string;
  orderId: string;
  runId: string;
}

const SMALL_SHOP = {
  offering: 'ecommerce',
  model: 'public',
  plan: 'S',
  modules: [],
  params: {},
  currency: 'CNY',
  termMonths: 1,
  volume: null,
} as const;

export interface Planned {
  previewId: PreviewId;
  /** What the tenant will be called in databases and addresses. */
  ref: string;
}

/** The plan of a small shop, computed. */
export const planShop = (api: PortalApi, name: string): Promise<Planned> => planConfigured(api, { name });

async function planConfigured(
  api: PortalApi,
  chosen: Partial<Configuration> & Pick<Configuration, 'name'>,
): Promise<Planned> {
  const { name } = chosen;
  const { previewId } = await api.previews.create.mutate({ configuration: { ...SMALL_SHOP, modules: [], ...chosen } });
  const preview = await waitFor(
    async () => {
      const found = await api.previews.byId.query({ previewId });
      return found.state !== 'queued' && found;
    },
    { what: `the plan of ${name}`, timeoutMs: 20_000, everyMs: 100 },
  );
  if (preview.state !== 'ready') throw new Error(`the plan of ${name} is ${preview.state}`);
  return { previewId, ref: preview.reservedRef };
}

/** Order what was planned, without waiting for it. */
export async function placeOrder(api: PortalApi, previewId: PreviewId): Promise<Ordered> {
  const placed = await api.orders.place.mutate({ previewId, idempotencyKey: crypto.randomUUID() });
  if (placed.runId === null) throw new Error(`the order waits: ${placed.state}`);
  return { tenantId: placed.tenantId, ref: placed.ref, orderId: placed.orderId, runId: placed.runId };
}

/** Order a small shop as the customer would, without waiting for it. */
export async function orderShop(api: PortalApi, name: string): Promise<Ordered> {
  return placeOrder(api, (await planShop(api, name)).previewId);
}

/** Order something larger than a small shop, without waiting for it. */
export async function orderConfigured(
  api: PortalApi,
  chosen: Partial<Configuration> & Pick<Configuration, 'name'>,
): Promise<Ordered> {
  return placeOrder(api, (await planConfigured(api, chosen)).previewId);
}

/** Wait until the run is over.
 * @returns its last state */
export async function runOver(api: PortalApi, runId: string, timeoutMs = 30_000): Promise<string> {
  const run = await waitFor(
    async () => {
      const found = await api.runs.byId.query({ runId: runId });
      return found.finishedAt !== null && found;
    },
    { what: `the end of run ${runId}`, timeoutMs, everyMs: 100 },
  );
  return run.state;
}

/** A small shop that is active. */
export async function activeShop(api: PortalApi, name: string): Promise<Ordered> {
  const ordered = await orderShop(api, name);
  const state = await runOver(api, ordered.runId);
  if (state !== 'succeeded') throw new Error(`the run of ${name} is ${state}`);
  return ordered;
}

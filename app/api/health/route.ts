import { readHealth } from '@/server/compose/web-health.ts';

export const dynamic = 'force-dynamic';

/** For supervisors and load balancers: 200 when the portal can work, 503 with what is missing when it cannot. */
export async function GET(): Promise<Response> {
  const health = await readHealth();
  return Response.json(health, { status: health.ok ? 200 : 503, headers: { 'cache-control': 'no-store' } });
}

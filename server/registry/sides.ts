/**
 * A hybrid tenant has two routes: its own, and that of its public side, whose name is the tenant's with `/edge` behind it, as in the
 * address of its API (`/t/<ref>/edge/v1`). Keys and tokens are the tenant's and serve both.
 */
const EDGE = '/edge';

/** The route of a tenant's public side. */
export const edgeRouteOf = (ref: string): string => `${ref}${EDGE}`;

/** The tenant that a route belongs to. */
export const tenantOfRoute = (route: string): string => (route.endsWith(EDGE) ? route.slice(0, -EDGE.length) : route);

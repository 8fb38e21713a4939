import type { RouterOutputs } from '@/server/api/root.ts';

/** Everything the page knows of its tenant. */
export type Tenant = RouterOutputs['tenants']['byId'];

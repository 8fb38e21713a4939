import type { RouterOutputs } from '@/server/api/root.ts';

/** Everything the page knows of an approval. */
export type Approval = RouterOutputs['approvals']['byId'];

import { z } from 'zod';
import { TenantId } from '../../domain/ids.ts';
import { createKey, revokeKey, rotateKey } from '../../services/keys/ask-key.ts';
import { listKeys } from '../../services/keys/list-keys.ts';
import { AskedKey, CreateKeyInput, KeyList, RevokeKeyInput, RotateKeyInput } from '../../services/views/keys.ts';
import { procedure, router } from '../trpc.ts';

/** API keys of tenants. A new secret is shown by `tenants.revealKey`, once. */
export const keysRouter = router({
  list: procedure
    .input(z.object({ tenantId: TenantId }))
    .output(KeyList)
    .query(({ ctx, input }) => listKeys(ctx, input.tenantId)),
  create: procedure
    .input(CreateKeyInput)
    .output(AskedKey)
    .mutation(({ ctx, input }) => createKey(ctx, input)),
  rotate: procedure
    .input(RotateKeyInput)
    .output(AskedKey)
    .mutation(({ ctx, input }) => rotateKey(ctx, input)),
  /** The gateway refuses the key as soon as the run has applied it, which takes about a second. */
  revoke: procedure
    .input(RevokeKeyInput)
    .output(AskedKey)
    .mutation(({ ctx, input }) => revokeKey(ctx, input)),
});

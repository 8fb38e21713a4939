import { z } from 'zod';
import { TokenId } from '../../domain/ids.ts';
import { createToken, listTokens, revokeToken } from '../../services/tokens.ts';
import { CreatedToken, CreateTokenInput, TokenView } from '../../services/views/people.ts';
import { procedure, router } from '../trpc.ts';

export const tokensRouter = router({
  /** One's own tokens, newest first. */
  list: procedure.output(z.object({ tokens: z.array(TokenView) })).query(({ ctx }) => listTokens(ctx)),
  create: procedure
    .input(CreateTokenInput)
    .output(CreatedToken)
    .mutation(({ ctx, input }) => createToken(ctx, input)),
  revoke: procedure
    .input(z.object({ tokenId: TokenId }))
    .output(z.object({ revokedAt: z.date() }))
    .mutation(({ ctx, input }) => revokeToken(ctx, input.tokenId)),
});

import { z } from 'zod';
import { QuoteId } from '../../domain/ids.ts';
import { QuoteState } from '../../domain/lifecycle.ts';
import { createQuote } from '../../services/quotes/create-quote.ts';
import { acceptQuote, declineQuote } from '../../services/quotes/decide-quote.ts';
import { listQuotes, readQuote, readQuoteByLink, readShownQuote } from '../../services/quotes/read-quotes.ts';
import { sendQuote } from '../../services/quotes/send-quote.ts';
import { pageOf } from '../../services/views/common.ts';
import { PlacedOrder } from '../../services/views/orders.ts';
import {
  AcceptQuoteInput,
  CreateQuoteInput,
  LinkSecret,
  QuoteDetail,
  QuoteForCustomer,
  QuoteListInput,
  QuoteSummary,
  SentQuote,
} from '../../services/views/quotes.ts';
import { procedure, router } from '../trpc.ts';

export const quotesRouter = router({
  /** Over the desk's discount limit it waits for an approval. */
  create: procedure
    .input(CreateQuoteInput)
    .output(z.object({ quoteId: QuoteId, number: z.string(), state: QuoteState }))
    .mutation(({ ctx, input }) => createQuote(ctx, input)),
  /** Sending again makes a new link; the old one stops. */
  send: procedure
    .input(z.object({ quoteId: QuoteId }))
    .output(SentQuote)
    .mutation(({ ctx, input }) => sendQuote(ctx, input.quoteId)),
  list: procedure
    .input(QuoteListInput)
    .output(pageOf(QuoteSummary))
    .query(({ ctx, input }) => listQuotes(ctx, input)),
  byId: procedure
    .input(z.object({ quoteId: QuoteId }))
    .output(QuoteDetail)
    .query(({ ctx, input }) => readQuote(ctx, input.quoteId)),
  /** The customer's view, to read: a customer's own, once they were sent. */
  shown: procedure
    .input(z.object({ quoteId: QuoteId }))
    .output(QuoteForCustomer)
    .query(({ ctx, input }) => readShownQuote(ctx, input.quoteId)),
  /** For signed-in people of the customer's organisation; to others it is not found. */
  byLink: procedure
    .input(z.object({ secret: LinkSecret }))
    .output(QuoteForCustomer)
    .query(({ ctx, input }) => readQuoteByLink(ctx, input.secret)),
  accept: procedure
    .input(AcceptQuoteInput)
    .output(PlacedOrder)
    .mutation(({ ctx, input }) => acceptQuote(ctx, input)),
  decline: procedure
    .input(z.object({ secret: LinkSecret, reason: z.string().trim().max(1_000).default('') }))
    .output(z.object({ state: QuoteState }))
    .mutation(({ ctx, input }) => declineQuote(ctx, input)),
});

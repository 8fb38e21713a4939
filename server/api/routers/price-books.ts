import { z } from 'zod';
import { PriceBookData } from '../../domain/pricing.ts';
import { currentPriceBook, listPriceBooks } from '../../services/price-books.ts';
import { PriceBookSummary } from '../../services/views/catalogue.ts';
import { procedure, router } from '../trpc.ts';

export const priceBooksRouter = router({
  list: procedure.output(z.object({ books: z.array(PriceBookSummary) })).query(({ ctx }) => listPriceBooks(ctx)),
  current: procedure.output(PriceBookData).query(({ ctx }) => currentPriceBook(ctx)),
});

/** Price books as the price engine takes them. */
import type { Prisma } from '../../prisma/generated/client.ts';
import type { Transaction } from '../db/client.ts';
import { PriceBookData } from '../domain/pricing.ts';
import type { ServiceContext } from './context.ts';
import { authorize, refuse, transact } from './support.ts';

const WITH_PRICES = { prices: true } as const;
type BookRow = Prisma.PriceBookGetPayload<{ include: typeof WITH_PRICES }>;

/** The newest book that is valid, or null before one is published. */
export async function findCurrentBook(tx: Transaction, now: Date): Promise<PriceBookData | null> {
  const row = await tx.priceBook.findFirst({
    where: { validFrom: { lte: now } },
    orderBy: { ordinal: 'desc' },
    include: WITH_PRICES,
  });
  return row && toBook(row);
}

/** A book by its id: what an order or a quote is pinned to. */
export async function readBook(tx: Transaction, id: string): Promise<PriceBookData> {
  return toBook(await tx.priceBook.findUniqueOrThrow({ where: { id }, include: WITH_PRICES }));
}

function toBook(row: BookRow): PriceBookData {
  const { id, version, validFrom, upliftBp, termBp, tax, prices } = row;
  const rows = prices.map(({ sku, currency, model, kind, micro }) => ({ sku, currency, model, kind, micro }));
  return PriceBookData.parse({ id, version, validFrom, upliftBp, termBp, tax, rows });
}

export async function listPriceBooks(ctx: ServiceContext) {
  authorize(ctx.actor, 'price_book:read');
  return transact(ctx, async (tx) => {
    const rows = await tx.priceBook.findMany({
      orderBy: { ordinal: 'desc' },
      include: { _count: { select: { prices: true } } },
    });
    const now = ctx.ports.now();
    const current = rows.find((row) => row.validFrom <= now);
    const books = rows.map(({ id, version, validFrom, publishedAt, _count }) => ({
      id,
      version,
      validFrom,
      publishedAt,
      current: id === current?.id,
      rows: _count.prices,
    }));
    return { books };
  });
}

export async function currentPriceBook(ctx: ServiceContext): Promise<PriceBookData> {
  authorize(ctx.actor, 'price_book:read');
  return transact(
    ctx,
    async (tx) => (await findCurrentBook(tx, ctx.ports.now())) ?? refuse({ code: 'not_found', what: 'price book' }),
  );
}

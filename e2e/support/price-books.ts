// Published price books: prices change by a new book, never in an old one.
import { randomUUID } from 'node:crypto';
import { inDatabase, platformUrl, type Sql } from './databases.ts';

async function publish(sql: Sql, from: string, factor: number): Promise<void> {
  const id = randomUUID();
  await sql(
    `INSERT INTO "PriceBook" (id, version, ordinal, sha256, "upliftBp", "termBp", tax, "validFrom")
     SELECT $1::uuid, 'test-' || (SELECT max(ordinal) + 1 FROM "PriceBook"), (SELECT max(ordinal) + 1 FROM "PriceBook"),
            'test ' || $1::text, "upliftBp", "termBp", tax, now() FROM "PriceBook" WHERE id = $2`,
    [id, from],
  );
  await sql(
    `INSERT INTO "Price" ("priceBookId", sku, currency, model, kind, micro, id)
     SELECT $1::uuid, sku, currency, model, kind, micro * $3, gen_random_uuid() FROM "Price" WHERE "priceBookId" = $2`,
    [id, from, factor],
  );
}

/** Publish a book in which everything costs `factor` times as much, and afterwards one with the prices of before. */
export async function atRaisedPrices(dataDir: string, factor: number, work: () => Promise<void>): Promise<void> {
  await inDatabase(platformUrl(dataDir), async (sql) => {
    const [before] = await sql<{ id: string }>('SELECT id FROM "PriceBook" ORDER BY ordinal DESC LIMIT 1');
    if (!before) throw new Error('there is no price book');
    await publish(sql, before.id, factor);
    try {
      await work();
    } finally {
      await publish(sql, before.id, 1);
    }
  });
}

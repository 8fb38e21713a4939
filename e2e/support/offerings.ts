// An offering that is announced and not open yet. All of ours are; one more is published, and taken back afterwards.
import { randomUUID } from 'node:crypto';
import { inDatabase, platformUrl } from './databases.ts';

export const ANNOUNCED = 'announced-cloud';

/** Announce a copy of the e-commerce cloud under another name, while `work` runs. */
export async function withAnnounced(dataDir: string, work: () => Promise<void>): Promise<void> {
  await inDatabase(platformUrl(dataDir), async (sql) => {
    await sql(
      `INSERT INTO "OfferingVersion" (id, slug, version, ordinal, lifecycle, manifest, sha256)
       SELECT $1::uuid, $2, version, 1, 'preview',
              manifest || jsonb_build_object('slug', $2::text, 'lifecycle', 'preview',
                                             'name', '{"en": "Announced Cloud", "zh": "预告云"}'::jsonb), 'test ' || $1::text
         FROM "OfferingVersion" WHERE slug = 'ecommerce' ORDER BY ordinal DESC LIMIT 1`,
      [randomUUID(), ANNOUNCED],
    );
    try {
      await work();
    } finally {
      await sql('DELETE FROM "OfferingVersion" WHERE slug = $1', [ANNOUNCED]);
    }
  });
}

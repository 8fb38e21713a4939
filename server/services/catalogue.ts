/** The catalogue: what may be ordered, and all that a page shows of it. */
import type { z } from 'zod';
import type { Transaction } from '../db/client.ts';
import { inScope, PLATFORM } from '../db/scope.ts';
import { CURRENCIES } from '../domain/configuration.ts';
import type { Manifest, OfferingLifecycle } from '../domain/manifest.ts';
import type { PriceBookData } from '../domain/pricing.ts';
import type { ServiceContext } from './context.ts';
import { findCurrentBook } from './price-books.ts';
import { manifestOf, regionView } from './references.ts';
import { authorize, refuse, transact } from './support.ts';
import type { LastProof, OfferingDetail, OfferingListInput, OfferingSummary } from './views/catalogue.ts';

/** Lifecycles that may be ordered. */
export const isOrderable = (lifecycle: OfferingLifecycle): boolean => lifecycle === 'ga' || lifecycle === 'restricted';
const HIDDEN: readonly OfferingLifecycle[] = ['draft'];

export async function listOfferings(ctx: ServiceContext, input: z.output<typeof OfferingListInput>) {
  authorize(ctx.actor, 'catalogue:read');
  return transact(ctx, async (tx) => {
    const rows = await newestVersions(tx);
    const book = await findCurrentBook(tx, ctx.ports.now());
    const proofs = await lastProofs(ctx);
    const offerings = rows
      .map((row) => summarize(manifestOf(row), book, proofs.get(row.slug) ?? null))
      .filter((offering) => matches(offering, input))
      .sort((a, b) => Number(b.orderable) - Number(a.orderable));
    return { offerings };
  });
}

/** The newest version that may be seen of every offering, in the order they were first published. */
async function newestVersions(tx: Transaction) {
  return tx.offeringVersion.findMany({
    where: { lifecycle: { notIn: [...HIDDEN] } },
    distinct: ['slug'],
    orderBy: [{ slug: 'asc' }, { ordinal: 'desc' }],
  });
}

/** When a tenant of each offering last passed its business transaction. Across organisations, and only the time of it. */
async function lastProofs(ctx: ServiceContext): Promise<Map<string, LastProof>> {
  const rows = await inScope(ctx.db, PLATFORM, async (tx) => {
    return tx.$queryRaw<{ slug: string; at: string; ms: number }[]>`
      SELECT DISTINCT ON (v.slug) v.slug, t.proof->'smoke'->>'at' AS at, (t.proof->'smoke'->>'ms')::float8 AS ms
        FROM "Tenant" t JOIN "OfferingVersion" v ON v.id = t."offeringVersionId"
       WHERE t.proof->'smoke'->>'at' IS NOT NULL ORDER BY v.slug, t.proof->'smoke'->>'at' DESC`;
  });
  return new Map(rows.map(({ slug, at, ms }) => [slug, { at: new Date(at), ms }]));
}

function summarize(
  manifest: Manifest,
  book: PriceBookData | null,
  lastProof: LastProof,
): z.input<typeof OfferingSummary> {
  return {
    slug: manifest.slug,
    version: manifest.version,
    lifecycle: manifest.lifecycle,
    orderable: isOrderable(manifest.lifecycle),
    hue: manifest.hue,
    name: manifest.name,
    summary: manifest.summary,
    proof: manifest.proof,
    models: manifest.models.map(({ model, available, notYet }) => ({ model, available, notYet })),
    plans: manifest.plans.map(({ code, orderable, models }) => ({ code, orderable, models })),
    priceFrom: cheapest(manifest, book),
    lastProof,
  };
}

function cheapest(
  manifest: Manifest,
  book: PriceBookData | null,
): Partial<Record<(typeof CURRENCIES)[number], bigint>> {
  const skus = new Set(manifest.plans.filter((plan) => plan.orderable).map((plan) => plan.sku));
  const rows = (book?.rows ?? []).filter((row) => skus.has(row.sku) && row.model === null);
  const entries = CURRENCIES.flatMap((currency) => {
    const prices = rows.filter((row) => row.currency === currency).map((row) => row.micro);
    return prices.length === 0 ? [] : [[currency, prices.reduce((a, b) => (a < b ? a : b))] as const];
  });
  return Object.fromEntries(entries);
}

function matches(offering: z.input<typeof OfferingSummary>, input: z.output<typeof OfferingListInput>): boolean {
  const { q, lifecycle, model } = input;
  const text = [offering.slug, offering.name.en, offering.name.zh, offering.summary.en, offering.summary.zh].join(' ');
  return (
    (q === undefined || text.toLowerCase().includes(q.toLowerCase())) &&
    (lifecycle === undefined || lifecycle.length === 0 || lifecycle.includes(offering.lifecycle)) &&
    (model === undefined || offering.models.some((row) => row.model === model && row.available))
  );
}

export async function readOffering(
  ctx: ServiceContext,
  input: { readonly slug: string; readonly version?: string | undefined },
): Promise<z.input<typeof OfferingDetail>> {
  authorize(ctx.actor, 'catalogue:read');
  const proofs = await lastProofs(ctx);
  return transact(ctx, async (tx) => {
    const versions = await tx.offeringVersion.findMany({
      where: { slug: input.slug, lifecycle: { notIn: [...HIDDEN] } },
      orderBy: { ordinal: 'desc' },
    });
    const row = versions.find(({ version }) => input.version === undefined || version === input.version);
    if (!row) return refuse({ code: 'offering_unknown', offering: input.slug });
    const manifest = manifestOf(row);
    const book = await findCurrentBook(tx, ctx.ports.now());
    const regions = await tx.region.findMany({
      include: { targets: { orderBy: { name: 'asc' } } },
      orderBy: { code: 'asc' },
    });
    return {
      offeringVersionId: row.id,
      manifest,
      orderable: isOrderable(row.lifecycle),
      sha256: row.sha256,
      publishedAt: row.publishedAt,
      versions: versions.map(({ version, lifecycle, publishedAt }) => ({ version, lifecycle, publishedAt })),
      priceBook: book && { ...book, rows: rowsOf(book, manifest) },
      regions: regions.map((region) => ({
        ...regionView(region),
        targets: region.targets.map(({ name, healthy, models }) => ({ name, healthy, models })),
      })),
      lastProof: proofs.get(row.slug) ?? null,
    };
  });
}

function rowsOf(book: PriceBookData, manifest: Manifest): PriceBookData['rows'] {
  const skus = new Set([...manifest.plans, ...manifest.modules].map(({ sku }) => sku));
  return book.rows.filter(({ sku }) => skus.has(sku));
}

/** What the worker publishes at its start: offerings as immutable versions, prices as a book. Idempotent. */
import { createHash } from 'node:crypto';
import type { Database, Transaction } from '../db/client.ts';
import { inScope, PLATFORM } from '../db/scope.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { CURRENCIES, type Currency } from '../domain/configuration.ts';
import { newId } from '../domain/ids.ts';
import { Manifest, MODELS, type DeploymentModel } from '../domain/manifest.ts';
import { parseMajor } from '../domain/money.ts';
import { toJson } from './support.ts';

/** A price of one SKU: major units as decimal strings per currency, a month, before tax. */
export interface ListedPrice {
  readonly sku: string;
  readonly month: Readonly<Record<Currency, string>>;
  readonly perModel?: Readonly<Partial<Record<DeploymentModel, Readonly<Record<Currency, string>>>>>;
}

export interface PublishedOffering {
  readonly manifest: Manifest;
  readonly prices: readonly ListedPrice[];
}

/** A manifest changed although its version did not, and something is pinned to that version. */
export class VersionInUseError extends Error {
  override readonly name = 'VersionInUseError';
}

/** Rules of the book beside its prices; defaults of an installation. */
const BOOK_RULES = {
  upliftBp: { public: 10_000, private: 16_000, hybrid: 22_000 },
  termBp: { '1': 0, '12': 800, '24': 1_500, '36': 2_200 },
  tax: { CNY: { name: 'VAT 6 %', rateBp: 600 } },
} as const;

/** Publish in one transaction; two workers that start at once publish one after the other.
 * @throws VersionInUseError when a manifest changed under a version that quotes, orders or tenants are pinned to */
export async function publishOfferings(
  db: Database,
  offerings: readonly PublishedOffering[],
  now = new Date(),
): Promise<void> {
  await inScope(
    db,
    PLATFORM,
    async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('publish offerings'))::text`;
      for (const { manifest } of offerings) await publishVersion(tx, Manifest.parse(manifest));
      await publishBook(tx, offerings, now);
    },
    { timeoutMs: 60_000 },
  );
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

async function publishVersion(tx: Transaction, manifest: Manifest): Promise<void> {
  const { slug, version, lifecycle } = manifest;
  const hash = sha256(canonicalJson(toJson(manifest)));
  const existing = await tx.offeringVersion.findUnique({ where: { slug_version: { slug, version } } });
  if (existing?.sha256 === hash) return;
  const last = await tx.offeringVersion.findFirst({ where: { slug }, orderBy: { ordinal: 'desc' } });
  const ordinal = existing?.ordinal ?? (last?.ordinal ?? 0) + 1;
  if (existing) await removeUnused(tx, existing);
  const id = newId();
  await tx.offeringVersion.create({
    data: {
      id,
      slug,
      version,
      ordinal,
      lifecycle,
      manifest: toJson(manifest),
      sha256: hash,
      plans: {
        create: manifest.plans.map(({ code, sku, orderable, models, quotas }) => {
          return { id: newId(), code, sku, orderable, models, quotas: toJson(quotas) };
        }),
      },
      modules: {
        create: manifest.modules.map(({ code, sku, selectable }) => ({ id: newId(), code, sku, selectable })),
      },
    },
    select: { id: true },
  });
}

/** Versions are immutable once somebody counts on them; before that, a developer's change replaces them. */
async function removeUnused(
  tx: Transaction,
  row: { readonly id: string; readonly slug: string; readonly version: string },
): Promise<void> {
  const where = { offeringVersionId: row.id };
  // What nobody ordered or quoted is computed anew in a moment.
  await tx.planPreview.deleteMany({ where: { ...where, order: null, quotes: { none: {} } } });
  const pins = [
    await tx.tenant.count({ where }),
    await tx.order.count({ where }),
    await tx.quote.count({ where }),
    await tx.planPreview.count({ where }),
  ];
  if (pins.some((count) => count > 0)) {
    throw new VersionInUseError(
      `the manifest of ${row.slug} ${row.version} changed, but quotes, orders or tenants are pinned to that version: raise the version`,
    );
  }
  await tx.offeringVersion.delete({ where: { id: row.id }, select: { id: true } });
}

interface Row {
  readonly sku: string;
  readonly kind: 'plan' | 'module';
  readonly currency: Currency;
  readonly model: DeploymentModel | null;
  readonly micro: bigint;
}

async function publishBook(tx: Transaction, offerings: readonly PublishedOffering[], now: Date): Promise<void> {
  const rows = offerings.flatMap(({ manifest, prices }) => {
    const planSkus = new Set(manifest.plans.map(({ sku }) => sku));
    return prices.flatMap((price) => rowsOf(price, planSkus.has(price.sku) ? 'plan' : 'module'));
  });
  const hash = sha256(canonicalJson(toJson({ ...BOOK_RULES, rows: rows.map((row) => toJson(row)) })));
  const [newest, before] = await tx.priceBook.findMany({ orderBy: { ordinal: 'desc' }, take: 2 });
  // A book that comes back after another is a book of its own: its hash holds the one it follows.
  const hashAfter = (book: { readonly id: string } | undefined) => sha256(`${hash} ${book?.id}`);
  if (newest?.sha256 === hash || newest?.sha256 === hashAfter(before)) return;
  const id = newId();
  const month = now.toISOString().slice(0, 7);
  const sameMonth = await tx.priceBook.count({ where: { version: { startsWith: month } } });
  await tx.priceBook.create({
    data: {
      id,
      version: sameMonth === 0 ? month : `${month}.${sameMonth + 1}`,
      ordinal: (newest?.ordinal ?? 0) + 1,
      sha256: (await tx.priceBook.findUnique({ where: { sha256: hash } })) ? hashAfter(newest) : hash,
      ...BOOK_RULES,
      validFrom: now,
      prices: { create: rows.map((row) => ({ id: newId(), ...row })) },
    },
    select: { id: true },
  });
}

function rowsOf({ sku, month, perModel = {} }: ListedPrice, kind: Row['kind']): Row[] {
  const row = (currency: Currency, model: DeploymentModel | null, major: string): Row => {
    return { sku, kind, currency, model, micro: parseMajor(major) };
  };
  const general = CURRENCIES.map((currency) => row(currency, null, month[currency]));
  const own = MODELS.flatMap((model) =>
    CURRENCIES.flatMap((currency) => (perModel[model] ? [row(currency, model, perModel[model][currency])] : [])),
  );
  return [...general, ...own];
}

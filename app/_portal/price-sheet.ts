/** A price as a sheet: lines at their list price, what term and negotiation take off, what remains. Pure. */
import type { Priced } from '@/server/domain/pricing.ts';

const ONE_BP = 10_000n;

export interface SheetRow {
  readonly sku: string;
  readonly kind: 'plan' | 'module';
  readonly code: string;
  readonly included: boolean;
  /** What the model makes of the book's price: 10000 is the price itself. */
  readonly upliftBp: number;
  /** List price of this model, a month. */
  readonly listMicro: bigint;
  readonly discountBp: number;
  /** What is charged a month, before tax. */
  readonly netMicro: bigint;
}

export interface PriceSheet {
  readonly rows: readonly SheetRow[];
  readonly listMicro: bigint;
  /** Taken off for the term; zero or negative. */
  readonly termMicro: bigint;
  readonly termBp: number;
  /** Negotiated, with the rounding of the lines; zero or negative. */
  readonly negotiatedMicro: bigint;
}

/** The sheet adds up to the cent: list + term + negotiated = the sum before tax. */
export function priceSheet(price: Priced): PriceSheet {
  const rows = price.lines.map((line) => ({
    sku: line.sku,
    kind: line.kind,
    code: line.code,
    included: line.included,
    upliftBp: line.upliftBp,
    listMicro: (line.listMicro * BigInt(line.upliftBp)) / ONE_BP,
    discountBp: line.discountBp,
    netMicro: line.micro,
  }));
  const listMicro = rows.reduce((sum, row) => sum + row.listMicro, 0n);
  const off = price.subtotalMicro - listMicro;
  const termBp = price.lines[0]?.termBp ?? 0;
  // Without a negotiated discount the rounding belongs to the term, so that no line of a fraction of a cent appears.
  const termMicro = price.discountBp === 0 ? off : roundToCent(-(listMicro * BigInt(termBp)) / ONE_BP);
  return { rows, listMicro, termMicro, termBp, negotiatedMicro: off - termMicro };
}

const CENT_MICRO = 10_000n;
const roundToCent = (micro: bigint): bigint => (micro / CENT_MICRO) * CENT_MICRO;

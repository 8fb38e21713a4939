/**
 * The price engine: pure, the same for the estimate in the browser, a quote and an order. Evaluation order: list price → the model's uplift
 * (plans only) → modules (per model where the book says so) → term → negotiated discount → one rounding per line → tax on the sum → total.
 */
import { z } from 'zod';
import { Currency, TermMonths } from './configuration.ts';
import { DomainError } from './faults.ts';
import { DeploymentModel, PlanCode } from './manifest.ts';
import type { ModuleSpec, PlanSpec } from './manifest.ts';
import { MicroUnits, roundToMinor } from './money.ts';

const ONE_BP = 10_000n;

export const PriceRow = z.object({
  sku: z.string(),
  currency: Currency,
  /** Null: for every model, with the book's uplift where it is a plan. */
  model: DeploymentModel.nullable(),
  kind: z.enum(['plan', 'module']),
  /** A month, before tax. */
  micro: MicroUnits,
});
export type PriceRow = z.output<typeof PriceRow>;

export const TaxRule = z.object({ name: z.string(), rateBp: z.int().min(0).max(10_000) });
export type TaxRule = z.infer<typeof TaxRule>;

/** A published price book, or the rows of it that one offering needs. */
export const PriceBookData = z.object({
  id: z.string(),
  version: z.string(),
  validFrom: z.date(),
  /** Of the public price: { public: 10000, private: 16000, hybrid: 22000 }. */
  upliftBp: z.record(DeploymentModel, z.int().nonnegative()),
  /** Discount by term in months: { "12": 800 }. */
  termBp: z.record(z.string(), z.int().min(0).max(10_000)),
  tax: z.partialRecord(Currency, TaxRule),
  rows: z.array(PriceRow),
});
export type PriceBookData = z.output<typeof PriceBookData>;

export interface PriceInput {
  readonly plan: Pick<PlanSpec, 'code' | 'sku'>;
  readonly modules: readonly Pick<ModuleSpec, 'code' | 'sku' | 'includedIn'>[];
  readonly model: DeploymentModel;
  readonly currency: Currency;
  readonly termMonths: TermMonths;
  /** Negotiated, 0 to 10,000. */
  readonly discountBp: number;
}

export const PriceLine = z.object({
  kind: z.enum(['plan', 'module']),
  code: z.string(),
  sku: z.string(),
  /** True for a module that the plan holds: listed at zero. */
  included: z.boolean(),
  /** List price of the book, a month. */
  listMicro: MicroUnits,
  /** What the model costs of it: 10000 is the list price itself. */
  upliftBp: z.int(),
  termBp: z.int(),
  discountBp: z.int(),
  /** What is charged a month, in whole minor units. */
  micro: MicroUnits,
});
export type PriceLine = z.output<typeof PriceLine>;

export const Priced = z.object({
  book: z.object({ id: z.string(), version: z.string() }),
  currency: Currency,
  model: DeploymentModel,
  plan: PlanCode,
  termMonths: TermMonths,
  discountBp: z.int(),
  lines: z.array(PriceLine),
  /** Sum of the lines, a month, before tax. */
  subtotalMicro: MicroUnits,
  tax: z.array(z.object({ name: z.string(), rateBp: z.int(), baseMicro: MicroUnits, micro: MicroUnits })),
  taxMicro: MicroUnits,
  totalMicro: MicroUnits,
});
export type Priced = z.output<typeof Priced>;

/** Price a configuration, a month.
 * @throws DomainError `no_price` when the book has no row for a SKU in the currency
 * @throws RangeError when the discount is not within 0 and 10,000 basis points */
export function priceConfiguration(book: PriceBookData, input: PriceInput): Priced {
  if (!Number.isInteger(input.discountBp) || input.discountBp < 0 || input.discountBp > 10_000) {
    throw new RangeError(`discountBp: ${input.discountBp}`);
  }
  const lines = [
    priceLine(book, input, { kind: 'plan', code: input.plan.code, sku: input.plan.sku, included: false }),
    ...input.modules.map((module) =>
      priceLine(book, input, {
        kind: 'module',
        code: module.code,
        sku: module.sku,
        included: module.includedIn.includes(input.plan.code),
      }),
    ),
  ];
  const subtotalMicro = lines.reduce((sum, line) => sum + line.micro, 0n);
  const rule = book.tax[input.currency];
  const tax = rule
    ? [
        {
          ...rule,
          baseMicro: subtotalMicro,
          micro: roundToMinor(input.currency, subtotalMicro * BigInt(rule.rateBp), ONE_BP),
        },
      ]
    : [];
  const taxMicro = tax.reduce((sum, group) => sum + group.micro, 0n);
  return {
    book: { id: book.id, version: book.version },
    currency: input.currency,
    model: input.model,
    plan: input.plan.code,
    termMonths: input.termMonths,
    discountBp: input.discountBp,
    lines,
    subtotalMicro,
    tax,
    taxMicro,
    totalMicro: subtotalMicro + taxMicro,
  };
}

type LineItem = Pick<PriceLine, 'kind' | 'code' | 'sku' | 'included'>;

/** One line: the factors stay one exact fraction until the single rounding. */
function priceLine(book: PriceBookData, input: PriceInput, item: LineItem): PriceLine {
  const row = item.included ? null : findPrice(book, item.sku, input.currency, input.model);
  const listMicro = row?.micro ?? 0n;
  const upliftBp = row !== null && row.kind === 'plan' && row.model === null ? book.upliftBp[input.model] : 10_000;
  const termBp = book.termBp[String(input.termMonths)] ?? 0;
  const numerator = listMicro * BigInt(upliftBp) * BigInt(10_000 - termBp) * BigInt(10_000 - input.discountBp);
  const micro = roundToMinor(input.currency, numerator, ONE_BP ** 3n);
  return { ...item, listMicro, upliftBp, termBp, discountBp: input.discountBp, micro };
}

/** The row for the model where the book has one, else the row for every model. */
function findPrice(book: PriceBookData, sku: string, currency: Currency, model: DeploymentModel): PriceRow {
  const rows = book.rows.filter((row) => row.sku === sku && row.currency === currency);
  const row = rows.find((r) => r.model === model) ?? rows.find((r) => r.model === null);
  if (!row) throw new DomainError({ code: 'no_price', sku, currency });
  return row;
}

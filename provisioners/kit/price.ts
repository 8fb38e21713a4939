/** Short ways to write an offering's price list. */
import type { ListPrice } from './offering.ts';

/** A month's price of a SKU in the three currencies, whole major units. */
export function monthly(sku: string, cny: number, usd: number, eur: number): ListPrice {
  return { sku, month: { CNY: `${cny}.00`, USD: `${usd}.00`, EUR: `${eur}.00` } };
}

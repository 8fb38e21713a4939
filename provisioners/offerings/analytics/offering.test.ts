import { expect, test } from 'vitest';
import offering from './offering.ts';

test('a preview shows what it will be, and cannot be ordered', () => {
  const { manifest, blueprint, pack, lifecycle } = offering;
  expect({ lifecycle, blueprint, pack, api: manifest.api }).toEqual({
    lifecycle: 'preview',
    blueprint: null,
    pack: null,
    api: null,
  });
  expect(manifest.models.filter(({ available }) => available)).toEqual([]);
  expect(manifest.modules.filter(({ selectable }) => selectable)).toEqual([]);
  expect(manifest.modules).toHaveLength(11);
  expect(manifest.processes.length).toBeGreaterThanOrEqual(6);
});

test('a module costs 15 to 40 % of plan M', () => {
  for (const currency of ['CNY', 'USD', 'EUR'] as const) {
    const priceOf = (sku: string): number =>
      Number(offering.prices.find((price) => price.sku === sku)?.month[currency]);
    for (const { sku } of offering.manifest.modules) {
      const share = priceOf(sku) / priceOf('analytics.plan.M');
      expect(share, `${sku} in ${currency}`).toBeGreaterThanOrEqual(0.15);
      expect(share, `${sku} in ${currency}`).toBeLessThanOrEqual(0.4);
    }
  }
});

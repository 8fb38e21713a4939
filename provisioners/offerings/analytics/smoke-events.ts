/** The 100 events of the proof, and what must come out of them. Times are whole days ago, so that the figures are always the same. */

/** A day at noon UTC. */
const noon = (daysAgo: number): string => {
  const day = new Date(Date.now() - daysAgo * 86_400_000);
  return `${day.toISOString().slice(0, 10)}T12:00:00Z`;
};

const GOODS = [
  { name: 'Mug', category: 'Kitchen', unitMinor: 1_999 },
  { name: 'Lamp', category: 'Living', unitMinor: 12_900 },
  { name: 'Spade', category: 'Garden', unitMinor: 4_550 },
] as const;

/** The proof's product number `n`: found, and taken away, by its name. */
export const smokeSku = (run: string, n: number): string => `smoke-${run}-${n}`;

const daysAgo = (n: number): number => (n < 48 ? 3 : 2);
const qty = (n: number): number => 1 + (n % 2);

function order(run: string, n: number): Record<string, unknown> {
  const { unitMinor, ...product } = GOODS[n % 3] ?? GOODS[0];
  // 24 buyers in the north, 20 in the south, 4 in the west: the west is about too few, so it and the smaller neighbour stay.
  const buyer = n % 48;
  const region = buyer < 24 ? 'North' : buyer < 44 ? 'South' : 'West';
  return {
    specversion: '1.0',
    id: `${run}-${n}`,
    source: 'smoke',
    type: 'order.paid',
    subject: `smoke-${run}-${buyer}`,
    time: noon(daysAgo(n)),
    data: {
      currency: 'CNY',
      region,
      lines: [{ sku: smokeSku(run, n % 3), ...product, qty: qty(n), unitMinor: String(unitMinor) }],
    },
  };
}

/** 96 orders, 3 of them sent twice, 1 event without an id. */
export function smokeEvents(run: string): readonly Record<string, unknown>[] {
  const orders = Array.from({ length: 96 }, (_, n) => order(run, n));
  const { id: _, ...nameless } = order(run, 96);
  return [...orders, ...orders.slice(10, 13), nameless];
}

const sum = (of: (n: number) => boolean): string =>
  String(
    Array.from({ length: 96 }, (_, n) => n)
      .filter(of)
      .reduce((total, n) => total + qty(n) * (GOODS[n % 3] ?? GOODS[0]).unitMinor, 0),
  );

export const EXPECTED = {
  revenueMinor: sum(() => true),
  kitchenBeforeMinor: sum((n) => n % 3 === 0 && daysAgo(n) === 3),
  outdoorAfterMinor: sum((n) => n % 3 === 0 && daysAgo(n) === 2),
  /** Between the two days of the orders. */
  changeAt: (): string => `${noon(2).slice(0, 10)}T00:00:00Z`,
  /** Two days, three regions. */
  cells: 6,
  /** North only: the west is about too few, and the south would give it away. Nothing for a tenant that asks for more than 24 people. */
  cellsPublished: (people: number): number => (people > 24 ? 0 : 2),
} as const;

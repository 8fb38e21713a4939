/** Every pair of colours that meets on a page, measured against its WCAG 2.2 AA floor. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

type Oklch = readonly [lightness: number, chroma: number, hueDegrees: number];

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function readTokens(opening: string): { colors: Map<string, Oklch>; accent: readonly [number, number] } {
  const block = css.slice(css.indexOf(opening)).split('\n}')[0] ?? '';
  const colors = new Map<string, Oklch>();
  for (const [, name, l, c, h] of block.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g)) {
    colors.set(name!, [Number(l), Number(c), Number(h)]);
  }
  const accent = (part: string): number => Number(new RegExp(`--accent-${part}: ([\\d.]+);`).exec(block)?.[1]);
  return { colors, accent: [accent('l'), accent('c')] };
}

const clip = (x: number): number => Math.min(1, Math.max(0, x));

/** Relative luminance after clipping to sRGB, which is what a screen shows. */
function luminance([l, c, h]: Oklch): number {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short);
  const green = clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short);
  const blue = clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Oklch, other: Oklch): number {
  const [x, y] = [luminance(one), luminance(other)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const TEXT = 4.5;
const SHAPE = 3;
const pairs: readonly (readonly [ink: string, ground: string, floor: number])[] = [
  ...['ink', 'ink-2', 'ink-3', 'link'].flatMap((ink) =>
    ['bg', 'surface', 'sunken', 'hover'].map((ground) => [ink, ground, TEXT] as const),
  ),
  ['on-primary', 'primary', TEXT],
  ['link', 'link-soft', TEXT],
  ['ink', 'link-soft', TEXT],
  ['ink-2', 'link-soft', TEXT],
  ['bg', 'ink', TEXT],
  ...['bg', 'surface', 'sunken'].map((ground) => ['control', ground, SHAPE] as const),
  ...['ok', 'wait', 'bad', 'run', 'off'].flatMap((state) =>
    [`${state}-soft`, 'surface', 'sunken', 'bg'].map((ground) => [state, ground, TEXT] as const),
  ),
  ...['ok', 'bad', 'run', 'off'].map((state) => [`${state}-dot`, 'surface', SHAPE] as const),
];
/** Hues the offerings' manifests use; a hue turns neither lightness nor chroma, so others behave alike. */
const HUES = [350, 205, 95, 295, 130, 255];

describe.each([
  ['light', ':root {'],
  ['dark', "[data-theme='dark'] {"],
])('%s', (_, opening) => {
  const { colors, accent } = readTokens(opening);
  const color = (name: string): Oklch => {
    const found = colors.get(name);
    if (!found) throw new Error(`tokens.css has no --${name}`);
    return found;
  };
  test.each(pairs)('%s on %s', (ink, ground, floor) => {
    expect(contrast(color(ink), color(ground))).toBeGreaterThanOrEqual(floor);
  });
  test.each(HUES)('accent of hue %d on surface', (hue) => {
    expect(contrast([accent[0], accent[1], hue], color('surface'))).toBeGreaterThanOrEqual(SHAPE);
  });
});

const names = (opening: string): string[] => [...readTokens(opening).colors.keys()].sort();

test('both themes define the same colours', () => {
  expect(names("[data-theme='dark'] {")).toEqual(names(':root {'));
});

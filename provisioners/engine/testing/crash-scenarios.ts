/** What runs are killed in, and what the run after each crash makes of it. */
import type { CrashScenario } from './crash-chain.ts';

export const CRASH_SCENARIOS = {
  create: { serial: true, from: null, to: 'first', after: 'first' },
  change: { serial: true, from: 'first', to: 'second', after: 'second' },
  'change-side-by-side': { serial: false, from: 'first', to: 'second', after: 'second' },
  'change-then-back': { serial: true, from: 'first', to: 'second', after: 'first' },
  'change-then-destroy': { serial: true, from: 'first', to: 'second', after: null },
  destroy: { serial: true, from: 'first', to: null, after: null },
  'destroy-then-create': { serial: true, from: 'first', to: null, after: 'first' },
} as const satisfies Readonly<Record<string, CrashScenario>>;

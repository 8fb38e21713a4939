/** How the five tones of the lifecycle data look. Which state has which tone is a column there, never decided here. */
import type { Tone } from '../../server/domain/lifecycle.ts';

export const TONE_BADGE = {
  ok: 'tone-ok',
  run: 'tone-run',
  wait: 'tone-wait',
  bad: 'tone-bad',
  off: 'tone-off',
} as const satisfies Record<Tone, string>;

export const TONE_DOT = {
  ok: 'bg-ok-dot',
  run: 'bg-run-dot',
  wait: 'bg-wait-dot',
  bad: 'bg-bad-dot',
  off: 'bg-off-dot',
} as const satisfies Record<Tone, string>;

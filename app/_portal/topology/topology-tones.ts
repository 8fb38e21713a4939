/** How states of parts and links look. */
import type { Tone } from '@/server/domain/lifecycle.ts';
import type { TopologyLink, TopologyNode } from '@/server/domain/topology.ts';

export const NODE_TONE = {
  running: 'ok',
  starting: 'run',
  stopped: 'off',
  unreachable: 'bad',
} as const satisfies Record<TopologyNode['state'], Tone>;

export const LINK_TONE = {
  flowing: 'ok',
  behind: 'wait',
  broken: 'bad',
  resync_needed: 'bad',
  stopped: 'off',
} as const satisfies Record<TopologyLink['state'], Tone>;

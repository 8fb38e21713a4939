/** Where the parts of a tenant stand: what keeps the record left, what faces the public right, the boundary between. Pure; pixels. */
import type { DiagramSide } from '../../_ui/diagram.tsx';
import type { Topology, TopologyLink, TopologyNode } from '../../../server/domain/topology.ts';

const COLUMN_WIDTH = 272;
/** Between the columns: room for what crosses, in words. */
const CHANNEL_WIDTH = 432;
const PART_HEIGHT = 56;
const FRAME_HEAD = 32;
const FRAME_PAD = 14;
/** Between two parts of one column: room for what goes from one to the other, in words. */
const GAP = 72;

export interface Place {
  readonly node: TopologyNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** A frame around the parts that run in it. */
  readonly frame: boolean;
}

export interface TopologyLayout {
  readonly places: readonly Place[];
  readonly width: number;
  readonly height: number;
  /** Where the boundary runs; null when nothing crosses one. */
  readonly boundaryX: number | null;
}

/** A column of outer parts, those that run in another inside its frame. Parts of both columns that stand first stand level. */
function layColumn(nodes: readonly TopologyNode[], x: number): readonly Place[] {
  const places: Place[] = [];
  let y = 0;
  for (const outer of nodes.filter(({ within }) => within === null || !nodes.some(({ id }) => id === within))) {
    const inner = nodes.filter(({ within }) => within === outer.id);
    if (inner.length === 0) {
      const top = y === 0 ? FRAME_HEAD : y;
      places.push({ node: outer, x, y: top, width: COLUMN_WIDTH, height: PART_HEIGHT, frame: false });
      y = top + PART_HEIGHT + GAP;
      continue;
    }
    const width = COLUMN_WIDTH - 2 * FRAME_PAD;
    const tops = inner.map((_, index) => y + FRAME_HEAD + index * (PART_HEIGHT + GAP + FRAME_HEAD));
    const height = tops.at(-1)! + PART_HEIGHT + FRAME_PAD - y;
    places.push({ node: outer, x, y, width: COLUMN_WIDTH, height, frame: true });
    inner.forEach((node, index) => {
      places.push({ node, x: x + FRAME_PAD, y: tops[index]!, width, height: PART_HEIGHT, frame: false });
    });
    y += height + GAP;
  }
  return places;
}

export function layTopology({ nodes, links }: Topology): TopologyLayout {
  const column = (side: TopologyNode['side'], x: number) =>
    layColumn(
      nodes.filter((node) => node.side === side),
      x,
    );
  const left = column('record', 0);
  const places = [...left, ...column('edge', left.length === 0 ? 0 : COLUMN_WIDTH + CHANNEL_WIDTH)];
  const boundary = left.length > 0 && links.some((link) => link.boundary);
  return {
    places,
    width: Math.max(0, ...places.map(({ x, width }) => x + width)),
    height: Math.max(0, ...places.map(({ y, height }) => y + height)),
    boundaryX: boundary ? COLUMN_WIDTH + CHANNEL_WIDTH / 2 : null,
  };
}

/** Sides on which a link leaves and arrives: across the channel, or down and up within a column. */
export function sidesOf(link: TopologyLink, places: readonly Place[]): readonly [DiagramSide, DiagramSide] | null {
  const from = places.find(({ node }) => node.id === link.from);
  const to = places.find(({ node }) => node.id === link.to);
  if (!from || !to) return null;
  if (from.node.side !== to.node.side) return from.x < to.x ? ['right', 'left'] : ['left', 'right'];
  return from.y < to.y ? ['bottom', 'top'] : ['top', 'bottom'];
}

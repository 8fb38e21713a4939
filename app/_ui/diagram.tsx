'use client';

import {
  BaseEdge,
  ConnectionMode,
  EdgeLabelRenderer,
  getSmoothStepPath,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type EdgeProps,
  type Node,
  type NodeProps,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import type { ReactNode } from 'react';

export type DiagramSide = 'top' | 'right' | 'bottom' | 'left';

export interface DiagramNode {
  readonly id: string;
  /** Pixels from the diagram's corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly content: ReactNode;
  /** Behind other nodes and edges: a frame around some of them. */
  readonly behind?: boolean;
}

export interface DiagramEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly fromSide: DiagramSide;
  readonly toSide: DiagramSide;
  readonly tone?: 'ink' | 'wait' | 'bad';
  readonly dashed?: boolean;
  readonly label?: ReactNode;
  /** How far the bend is moved along the way, px; keeps edges of one course apart. */
  readonly shift?: number;
  /** Runs along this height (px from the diagram's corner) instead of the shortest way; both sides are then top or bottom. */
  readonly lane?: number;
  /** Where it leaves and enters along its sides, 0 to 1; without, edges of one side share it evenly. */
  readonly at?: readonly [number, number];
}

const COLOR = { ink: 'var(--control)', wait: 'var(--wait-dot)', bad: 'var(--bad-dot)' } as const;
const DASH = '4 3';
const RADIUS = 8;
const OFFSET = 14;
const SIDES = {
  top: Position.Top,
  right: Position.Right,
  bottom: Position.Bottom,
  left: Position.Left,
} as const satisfies Record<DiagramSide, Position>;

type BoxNode = Node<{ content: ReactNode; ports: readonly Port[] }, 'box'>;
type WayEdge = Edge<{ label: ReactNode; shift: number; dashed: boolean; color: string; lane: number | null }, 'way'>;

interface Port {
  readonly id: string;
  readonly side: DiagramSide;
  /** Along the side, 0 to 1. */
  readonly share: number;
}

/** Where edges leave and enter a node: spread along each side, in the order in which the other ends stand, so that they do not cross. */
function portsOf(node: DiagramNode, nodes: readonly DiagramNode[], edges: readonly DiagramEdge[]): readonly Port[] {
  const places = new Map(nodes.map((one) => [one.id, one]));
  return (Object.keys(SIDES) as DiagramSide[]).flatMap((side) => {
    const along = side === 'left' || side === 'right' ? 'y' : 'x';
    const fixed = edges.flatMap(({ id, from, to, fromSide, toSide, at }): Port[] => [
      ...(at && from === node.id && fromSide === side ? [{ id: `${id} from`, side, share: at[0] }] : []),
      ...(at && to === node.id && toSide === side ? [{ id: `${id} to`, side, share: at[1] }] : []),
    ]);
    const free = edges.filter(({ at }) => at === undefined);
    const ends = free.flatMap(({ id, from, to, fromSide, toSide }) => [
      ...(from === node.id && fromSide === side ? [{ id: `${id} from`, at: places.get(to)?.[along] ?? 0 }] : []),
      ...(to === node.id && toSide === side ? [{ id: `${id} to`, at: places.get(from)?.[along] ?? 0 }] : []),
    ]);
    const sorted = ends.toSorted((a, b) => a.at - b.at);
    return [...fixed, ...sorted.map(({ id }, index) => ({ id, side, share: (index + 1) / (sorted.length + 1) }))];
  });
}

function Box({ data }: NodeProps<BoxNode>) {
  return (
    <>
      {data.content}
      {data.ports.map(({ id, side, share }) => (
        <Handle
          key={id}
          id={id}
          type="source"
          position={SIDES[side]}
          isConnectable={false}
          className="opacity-0"
          style={side === 'left' || side === 'right' ? { top: `${share * 100}%` } : { left: `${share * 100}%` }}
        />
      ))}
    </>
  );
}

/** Down (or up) to the lane, along it, and up (or down) to the end. */
function lanePath(
  { sourceX, sourceY, targetX, targetY }: Pick<EdgeProps, 'sourceX' | 'sourceY' | 'targetX' | 'targetY'>,
  lane: number,
): string {
  const along = Math.sign(targetX - sourceX) || 1;
  const away = Math.sign(lane - sourceY) || 1;
  const back = Math.sign(targetY - lane) || 1;
  return [
    `M ${sourceX} ${sourceY} V ${lane - away * RADIUS}`,
    `Q ${sourceX} ${lane} ${sourceX + along * RADIUS} ${lane} H ${targetX - along * RADIUS}`,
    `Q ${targetX} ${lane} ${targetX} ${lane + back * RADIUS} V ${targetY}`,
  ].join(' ');
}

function Way({ id, data, markerEnd, ...ends }: EdgeProps<WayEdge>) {
  const { label, shift = 0, dashed = false, color = COLOR.ink, lane = null } = data ?? {};
  const middle = (ends.sourceX + ends.targetX) / 2;
  const [step, labelX, labelY] = getSmoothStepPath({
    ...ends,
    borderRadius: RADIUS,
    offset: OFFSET + Math.abs(shift),
    ...(shift !== 0 && { centerX: middle + shift }),
  });
  const path = lane === null ? step : lanePath(ends, lane);
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        {...(markerEnd !== undefined && { markerEnd })}
        style={{ stroke: color, strokeWidth: 1.25, ...(dashed && { strokeDasharray: DASH }) }}
      />
      {label !== null && label !== undefined && (
        <EdgeLabelRenderer>
          <div
            className="absolute bg-surface"
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {label}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

const NODE_TYPES = { box: Box };
const EDGE_TYPES = { way: Way };

export interface DiagramProps {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
  readonly width: number;
  readonly height: number;
}

/**
 * Boxes at fixed places and the ways between them: nothing is dragged, zoomed or folded. A picture for eyes only; whoever draws one says the
 * same in words or in a table beside it.
 */
export function Diagram({ nodes, edges, width, height }: DiagramProps) {
  return (
    <div aria-hidden inert style={{ width, height }}>
      <ReactFlow<BoxNode, WayEdge>
        nodes={nodes.map((node) => ({
          id: node.id,
          type: 'box',
          position: { x: node.x, y: node.y },
          width: node.width,
          height: node.height,
          zIndex: node.behind ? -1 : 1,
          data: { content: node.content, ports: portsOf(node, nodes, edges) },
        }))}
        edges={edges.map(({ id, from, to, tone = 'ink', dashed = false, label = null, shift = 0, lane = null }) => ({
          id,
          type: 'way',
          source: from,
          target: to,
          sourceHandle: `${id} from`,
          targetHandle: `${id} to`,
          markerEnd: { type: MarkerType.Arrow, color: COLOR[tone], width: 18, height: 18 },
          data: { label, shift, dashed, color: COLOR[tone], lane },
        }))}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        connectionMode={ConnectionMode.Loose}
        defaultViewport={{ x: 0, y: 0, zoom: 1 }}
        minZoom={1}
        maxZoom={1}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        panOnDrag={false}
        zoomOnScroll={false}
        zoomOnPinch={false}
        zoomOnDoubleClick={false}
        preventScrolling={false}
        disableKeyboardA11y
        proOptions={{ hideAttribution: true }}
      />
    </div>
  );
}

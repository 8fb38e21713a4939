import { expect, test } from 'vitest';
import type { Topology, TopologyLink, TopologyNode } from '../../../server/domain/topology.ts';
import { layTopology, sidesOf } from './topology-layout.ts';

const words = { en: 'x', zh: 'x' };
const node = (id: string, side: TopologyNode['side'], within: string | null = null): TopologyNode => ({
  id,
  kind: within === null ? 'instance' : 'database',
  title: words,
  side,
  state: 'running',
  within,
});
const link = (from: string, to: string, boundary: boolean): TopologyLink => ({
  from,
  to,
  boundary,
  crosses: words,
  lagSeconds: null,
  state: 'flowing',
});
const hybrid: Topology = {
  model: 'hybrid',
  at: '2026-11-22T00:00:00.000Z',
  nodes: [
    node('gateway', 'edge'),
    node('instance', 'record'),
    node('record', 'record', 'instance'),
    node('dmz', 'record', 'instance'),
    node('agent', 'record'),
    node('cluster', 'edge'),
    node('edge', 'edge', 'cluster'),
  ],
  links: [link('gateway', 'record', true), link('record', 'dmz', false), link('edge', 'record', true)],
};

test('the record stands left, the public right, the boundary between them', () => {
  const { places, boundaryX, width } = layTopology(hybrid);
  const at = (id: string) => places.find((place) => place.node.id === id)!;
  expect(boundaryX).not.toBeNull();
  for (const { node: part, x, width: w } of places) {
    if (part.side === 'record') expect(x + w).toBeLessThan(boundaryX!);
    else expect(x).toBeGreaterThan(boundaryX!);
    expect(x + w).toBeLessThanOrEqual(width);
  }
  expect(at('gateway').y).toBe(at('record').y);
  expect(at('edge').y).toBe(at('dmz').y);
});

test('what runs in a part stands inside its frame, and parts of a column never touch', () => {
  const { places } = layTopology(hybrid);
  const frame = places.find(({ node: part }) => part.id === 'instance')!;
  for (const id of ['record', 'dmz']) {
    const inner = places.find(({ node: part }) => part.id === id)!;
    expect(inner.y).toBeGreaterThan(frame.y);
    expect(inner.y + inner.height).toBeLessThan(frame.y + frame.height);
  }
  expect(places.find(({ node: part }) => part.id === 'agent')!.y).toBeGreaterThan(frame.y + frame.height);
});

test('links cross the channel, or go down and up within a column', () => {
  const { places } = layTopology(hybrid);
  expect(hybrid.links.map((one) => sidesOf(one, places))).toEqual([
    ['left', 'right'],
    ['bottom', 'top'],
    ['left', 'right'],
  ]);
  expect(sidesOf(link('gone', 'record', true), places)).toBeNull();
});

test('a tenant without a boundary has none drawn', () => {
  const shared: Topology = {
    ...hybrid,
    model: 'public',
    nodes: [node('gateway', 'edge'), node('cluster', 'record'), node('record', 'record', 'cluster')],
    links: [link('gateway', 'record', false)],
  };
  expect(layTopology(shared).boundaryX).toBeNull();
});

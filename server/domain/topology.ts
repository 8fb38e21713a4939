/**
 * What a tenant consists of while it runs: where each part stands, what crosses between them, how far behind it is. A target samples it
 * (`ConnectedTarget.topology`), the worker keeps the last sample in the tenant's `topology` row, pages draw it.
 */
import { z } from 'zod';
import { DeploymentModel } from './manifest.ts';
import { LocalText } from './text.ts';

/** On which side of the boundary a part stands: `record` holds the system of record, `edge` faces the public. */
export const TopologySide = z.enum(['record', 'edge']);
export type TopologySide = z.infer<typeof TopologySide>;

export const TOPOLOGY_NODE_KINDS = ['gateway', 'cluster', 'instance', 'database', 'agent'] as const;

/** `starting`, `stopped` and `unreachable` are what was seen at the time of the sample. */
export const TOPOLOGY_NODE_STATES = ['running', 'starting', 'stopped', 'unreachable'] as const;

export const TopologyNode = z.strictObject({
  /** Unique in one topology; the same part has the same id in every sample. */
  id: z.string().min(1),
  kind: z.enum(TOPOLOGY_NODE_KINDS),
  title: LocalText,
  side: TopologySide,
  state: z.enum(TOPOLOGY_NODE_STATES),
  /** Id of the node that this one runs in (a database in an instance); null for none. */
  within: z.string().nullable(),
});
export type TopologyNode = z.infer<typeof TopologyNode>;

/** `flowing` keeps up; `behind` has more than a few seconds to catch up; `broken` moves nothing; `resync_needed` has lost its place;
 * `stopped` was told to, with the tenant that is suspended. */
export const TOPOLOGY_LINK_STATES = ['flowing', 'behind', 'broken', 'resync_needed', 'stopped'] as const;

export const TopologyLink = z.strictObject({
  from: z.string().min(1),
  to: z.string().min(1),
  /** What goes over it, in words for a customer: "What is published: no personal data". */
  crosses: LocalText,
  /** Whether it crosses the boundary between the two sides. */
  boundary: z.boolean(),
  /** How old the newest change is that has not arrived, s; 0 when all has; null when it is not measured or cannot be known now. */
  lagSeconds: z.number().nonnegative().nullable(),
  state: z.enum(TOPOLOGY_LINK_STATES),
});
export type TopologyLink = z.infer<typeof TopologyLink>;

export const Topology = z.strictObject({
  model: DeploymentModel,
  /** When it was sampled. */
  at: z.iso.datetime(),
  nodes: z.array(TopologyNode),
  links: z.array(TopologyLink),
  /** Where data of each side must stay (domain/residency.ts); absent for a public tenant, and on samples before somebody reads them. */
  residency: z.strictObject({ record: z.string(), edge: z.string().nullable() }).optional(),
});
export type Topology = z.infer<typeof Topology>;

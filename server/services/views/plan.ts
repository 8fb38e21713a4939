/** The plan of a run or a preview: the resource diff as the engine computed it. */
import { z } from 'zod';
import { PreflightCheck } from '../../domain/preflight.ts';

export const Operation = z.enum([
  'create',
  'update',
  'replace',
  'delete',
  'same',
  'read',
  'refresh',
  'retain',
  'discard',
]);

export const PropertyChange = z.object({
  path: z.string(),
  kind: z.enum(['add', 'update', 'delete']),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  secret: z.boolean().optional(),
  /** Known only after another resource exists. */
  unknown: z.boolean().optional(),
  replaces: z.boolean().optional(),
});
export type PropertyChange = z.infer<typeof PropertyChange>;

export const PlannedResource = z.object({
  urn: z.string(),
  type: z.string(),
  name: z.string(),
  parent: z.string().nullable(),
  operation: Operation,
  changes: z.array(PropertyChange),
  /** Secrets as `{ secret: true }`, unknowns as `{ unknown: true }`. */
  inputs: z.record(z.string(), z.unknown()),
});

/** `PlanPreview.plan` and `Run.plan`: written by the worker, read by everybody else. */
export const PlanView = z.object({
  resources: z.array(PlannedResource),
  counts: z.partialRecord(Operation, z.int()),
  durationMs: z.number().optional(),
  /** What the target had free when a preview was computed. */
  checks: z.array(z.object({ resource: z.string(), used: z.number(), total: z.number(), unit: z.string() })).optional(),
  /** The look before the order. */
  preflight: z.array(PreflightCheck).optional(),
});
export type PlanView = z.infer<typeof PlanView>;

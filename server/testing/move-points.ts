// Where a move of a public tenant to a server of its own can be cut: in the order in which it comes by.
import type { StatementPoint } from './statement-fault.ts';

export interface MovePoint extends StatementPoint {
  readonly name: string;
  /** In the short form of the tests, too. */
  readonly short?: true;
}

const at = (name: string, text: string, occurrence = 1): MovePoint => ({ name, text, occurrence });
const short = (point: MovePoint): MovePoint => ({ ...point, short: true });

/** Callers are still served from the old place: the tenant stays there. */
export const POINTS_BEFORE_TURN: readonly MovePoint[] = [
  at('the new server has just begun', 'pg_control_system'),
  at('a role of the new server is made', 'CREATE ROLE "?t_\\w+_(owner|api)'),
  at('the pack is in its hands', 'pack\\.grant_to'),
  at('the role that copies is made', 'CREATE ROLE "?t_\\w+_move'),
  at('tables are published', 'CREATE PUBLICATION "?t_\\w+_move'),
  at('the new side subscribes', 'CREATE SUBSCRIPTION'),
  short(at('rows are copied', 'pg_subscription_rel')),
  at('the copy is looked over', '^ANALYZE$'),
  at('what came meanwhile is waited for', 'pg_logical_emit_message'),
  at('writing is about to pause', 'CREATE OR REPLACE TRIGGER moving'),
  short(at('writing has paused', 'pg_logical_emit_message', 2)),
  at('sequences are set', 'setval'),
  at('rows are counted', 'count\\(\\*\\)::float8 AS rows'),
  at('the new side is about to let go', 'DROP SUBSCRIPTION'),
  at('the old side is about to let go', 'pg_drop_replication_slot'),
  at('the copying role goes', 'DROP ROLE "?t_\\w+_move'),
  short(at('the route is about to turn', 'INSERT INTO route \\(')),
];

/** Callers are served from the new place: the tenant is there, and what is left to do is done. */
export const POINTS_AFTER_TURN: readonly MovePoint[] = [
  short(at('the old database is about to go', 'DROP DATABASE')),
  at('the old roles are about to go', 'DROP ROLE IF EXISTS'),
  at('the new server has settled', 'pg_control_system', 2),
];

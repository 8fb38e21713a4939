/** Where the states of a machine stand: a column per step from the first, ways back below. Pure; pixels. */
import type { Manifest } from '../../../server/domain/manifest.ts';

export type Machine = Pick<NonNullable<Manifest['stateMachine']>, 'states' | 'transitions'>;

export const STATE_WIDTH = 144;
export const STATE_HEIGHT = 48;
const GAP_X = 40;
const GAP_Y = 28;

export interface StatePlace {
  readonly code: string;
  readonly x: number;
  readonly y: number;
  readonly column: number;
}

export interface StatesLayout {
  readonly places: readonly StatePlace[];
  readonly width: number;
  readonly height: number;
}

/** Steps from the first state by the shortest way; what cannot be reached begins a way of its own. */
function columnsOf({ states, transitions }: Machine): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  for (const { code } of states) {
    if (columns.has(code)) continue;
    columns.set(code, 0);
    const front = [code];
    for (let from = front.shift(); from !== undefined; from = front.shift()) {
      for (const transition of transitions) {
        if (transition.from !== from || columns.has(transition.to)) continue;
        columns.set(transition.to, (columns.get(from) ?? 0) + 1);
        front.push(transition.to);
      }
    }
  }
  return columns;
}

const heightOf = (size: number): number => size * STATE_HEIGHT + Math.max(0, size - 1) * GAP_Y;

/** Every state has a place of its own; columns are centred on one line. */
export function layStates(machine: Machine): StatesLayout {
  const columns = columnsOf(machine);
  const count = 1 + Math.max(0, ...columns.values());
  const stacks = Array.from({ length: count }, (_, column) =>
    machine.states.filter(({ code }) => columns.get(code) === column).map(({ code }) => code),
  );
  const height = Math.max(...stacks.map(({ length }) => heightOf(length)));
  const places = stacks.flatMap((codes, column) =>
    codes.map((code, row) => ({
      code,
      column,
      x: column * (STATE_WIDTH + GAP_X),
      y: Math.round((height - heightOf(codes.length)) / 2) + row * (STATE_HEIGHT + GAP_Y),
    })),
  );
  return { places, width: count * STATE_WIDTH + (count - 1) * GAP_X, height };
}

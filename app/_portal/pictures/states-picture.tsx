'use client';

import { ArrowRight } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { cx } from '@/app/_ui/cx.ts';
import { Diagram, type DiagramEdge, type DiagramNode } from '@/app/_ui/diagram.tsx';
import { formatCompact, formatNumber } from '@/app/_ui/format.ts';
import { Scroller } from '@/app/_ui/scroller.tsx';
import type { Manifest } from '@/server/domain/manifest.ts';
import type { Picture } from '@/server/domain/picture.ts';
import type { LocalText } from '@/server/domain/text.ts';
import { cellText, toNumber, type Row } from './cells.ts';
import { layStates, STATE_HEIGHT, STATE_WIDTH, type StatePlace } from './states-layout.ts';

type Machine = NonNullable<Manifest['stateMachine']>;
type StatesPicture = Extract<Picture, { kind: 'states' }>;

type Course = Pick<DiagramEdge, 'fromSide' | 'toSide' | 'lane' | 'at' | 'dashed'>;

/** Lanes lie this far apart, the first so far from the boxes. */
const LANE = 12;
/** A box has room for six digits and a name; the list beside the drawing has all of them. */
const EXACT_BELOW = 1_000_000;

/**
 * The course of each way: on to the next column straight through the gap, to a neighbour in the column straight down or up, all others along
 * lanes of their own below the boxes, so that none crosses a box that it does not concern.
 */
function layCourses(
  transitions: Machine['transitions'],
  placeOf: ReadonlyMap<string, StatePlace>,
  bottom: number,
): { readonly edges: readonly DiagramEdge[]; readonly lanes: number } {
  let lanes = 0;
  const courseOf = (from: StatePlace, to: StatePlace): Course => {
    if (to.column === from.column + 1) return { fromSide: 'right', toSide: 'left' };
    const apart = Math.abs(to.y - from.y);
    if (to.column === from.column && apart < 2 * STATE_HEIGHT) {
      const down = to.y > from.y;
      // Ways there and back stand beside each other.
      const at = down ? 0.4 : 0.6;
      return { fromSide: down ? 'bottom' : 'top', toSide: down ? 'top' : 'bottom', at: [at, at] };
    }
    lanes += 1;
    const back = to.column <= from.column;
    return { fromSide: 'bottom', toSide: 'bottom', lane: bottom + lanes * LANE, at: [0.8, 0.2], dashed: back };
  };
  const edges = transitions.flatMap(({ from, to }): DiagramEdge[] => {
    const [start, end] = [placeOf.get(from), placeOf.get(to)];
    return start && end ? [{ id: `${from} ${to}`, from, to, ...courseOf(start, end) }] : [];
  });
  return { edges, lanes };
}

function StateBox({
  name,
  count,
  terminal,
}: {
  readonly name: string;
  readonly count: number;
  readonly terminal: boolean;
}) {
  const locale = useLocale();
  return (
    <div
      className={cx(
        'flex h-full items-center justify-between gap-2 rounded-md border border-line-2 bg-surface px-2.5',
        terminal && 'border-dashed',
        count === 0 && 'text-ink-3',
      )}
    >
      <span className="line-clamp-2 min-w-0 text-12 leading-4">{name}</span>
      <span className={cx('num shrink-0 text-14', count > 0 && 'font-semibold')}>
        {count < EXACT_BELOW ? formatNumber(count) : formatCompact(count, locale)}
      </span>
    </div>
  );
}

/** The map of a state machine with how many are in each state; the same as a list where there is no room, and for screen readers. */
export function StatesPicture({
  picture,
  rows,
  machine,
}: {
  readonly picture: StatesPicture;
  readonly rows: readonly Row[];
  readonly machine: Pick<Machine, 'states' | 'transitions'>;
}) {
  const t = useTranslations('pictures');
  const locale = useLocale();
  const counts = new Map<string, number>();
  for (const row of rows) {
    const code = cellText(row[picture.state], {}, locale);
    counts.set(code, (counts.get(code) ?? 0) + (toNumber(row[picture.count]) ?? 0));
  }
  const states = machine.states.map((state) => ({ ...state, count: counts.get(state.code) ?? 0 }));
  const { places, width, height } = layStates(machine);
  const placeOf = new Map(places.map((place) => [place.code, place]));
  const nodes = states.flatMap(({ code, name, count, terminal }): DiagramNode[] => {
    const place = placeOf.get(code);
    if (place === undefined) return [];
    const content = <StateBox name={name[locale]} count={count} terminal={terminal} />;
    return [{ id: code, x: place.x, y: place.y, width: STATE_WIDTH, height: STATE_HEIGHT, content }];
  });
  const { edges, lanes } = layCourses(machine.transitions, placeOf, height);
  return (
    <>
      <Scroller label={t('drawing', { title: picture.title[locale] })} className="overflow-x-auto max-md:hidden">
        <Diagram nodes={nodes} edges={edges} width={width} height={height + (lanes + 1) * LANE} />
      </Scroller>
      <StateList states={states} machine={machine} />
    </>
  );
}

function StateList({
  states,
  machine,
}: {
  readonly states: readonly { readonly code: string; readonly name: LocalText; readonly count: number }[];
  readonly machine: Pick<Machine, 'transitions'>;
}) {
  const t = useTranslations('pictures');
  const locale = useLocale();
  const nameOf = new Map(states.map(({ code, name }) => [code, name[locale]]));
  return (
    <ul className="divide-y divide-line md:sr-only">
      {states.map(({ code, name, count }) => {
        const next = machine.transitions.filter(({ from }) => from === code).map(({ to }) => nameOf.get(to) ?? to);
        return (
          <li key={code} className="flex items-baseline gap-3 py-1.5">
            <span className="num w-12 shrink-0 text-right font-semibold">{formatNumber(count)}</span>
            <span className="min-w-0">
              {name[locale]}
              {next.length > 0 && (
                <span className="flex flex-wrap items-center gap-1 text-12 text-ink-3">
                  <ArrowRight aria-label={t('leadsTo')} />
                  {next.join(locale === 'zh' ? '、' : ', ')}
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

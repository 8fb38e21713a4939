'use client';
/** What runs where, what crosses between the sides and how late it is: a diagram where there is room, the same as lists everywhere. */
import { useQuery } from '@tanstack/react-query';
import { Database, Server, Waypoints, Webhook, type LucideIcon } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState, type ReactNode } from 'react';
import { useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { cx } from '@/app/_ui/cx.ts';
import { Diagram, type DiagramEdge, type DiagramNode } from '@/app/_ui/diagram.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { Scroller } from '@/app/_ui/scroller.tsx';
import { TONE_DOT } from '@/app/_ui/tone.ts';
import { When } from '@/app/_ui/when.tsx';
import type { TenantId } from '@/server/domain/ids.ts';
import type { Topology, TopologyNode } from '@/server/domain/topology.ts';
import { useLinkWords } from './link-words.ts';
import { useResidencyWords } from './residency-words.ts';
import { layTopology, sidesOf, type Place } from './topology-layout.ts';
import { TopologyLists } from './topology-lists.tsx';
import { LINK_TONE, NODE_TONE } from './topology-tones.ts';

/** The worker looks every few seconds; the page follows it. */
const REFRESH_MS = 5_000;
const HEADING = 28;
/** Where ways that change level bend, from the middle of the channel: those to the right before the boundary, those to the left well behind it,
 * clear of the words in the middle. */
const BEND = { outward: -56, inward: 148 } as const;

const ICON = {
  gateway: Webhook,
  cluster: Server,
  instance: Server,
  database: Database,
  agent: Waypoints,
} as const satisfies Record<TopologyNode['kind'], LucideIcon>;

export interface TopologyPanelProps {
  readonly tenantId: TenantId;
  readonly live: boolean;
  /** Stands in its place until somebody has looked. */
  readonly otherwise: ReactNode;
  /** Below the drawing. */
  readonly note: ReactNode;
}

export function TopologyPanel({ tenantId, live, otherwise, note }: TopologyPanelProps) {
  const t = useTranslations('topology');
  const [asTable, setAsTable] = useState(false);
  const options = useTRPC().tenants.topology.queryOptions({ tenantId });
  const { data } = useQuery({ ...options, refetchInterval: live ? REFRESH_MS : false });
  if (!data) return otherwise;
  return (
    <Panel
      title={t('title')}
      side={
        <>
          <span>
            {t('seen')} <When at={data.at} />
          </span>
          <Button size="sm" kind="ghost" className="-mr-2 max-md:hidden" onClick={() => setAsTable(!asTable)}>
            {asTable ? t('asDiagram') : t('asTable')}
          </Button>
        </>
      }
    >
      <div className="grid gap-3 p-4">
        {!asTable && (
          <Scroller label={t('diagram')} className="overflow-x-auto max-md:hidden">
            <TopologyDiagram topology={data} />
          </Scroller>
        )}
        <div className={asTable ? undefined : 'md:sr-only'}>
          <TopologyLists topology={data} />
        </div>
        <div className="grid gap-1 text-12 text-ink-3">
          <p>{note}</p>
          {data.links.some(({ boundary, lagSeconds }) => boundary && lagSeconds !== null) && <p>{t('apart')}</p>}
        </div>
      </div>
    </Panel>
  );
}

function TopologyDiagram({ topology }: { readonly topology: Topology }) {
  const { places, width, height, boundaryX } = layTopology(topology);
  const nodes = places.map((place): DiagramNode => ({
    id: place.node.id,
    x: place.x,
    y: place.y + HEADING,
    width: place.width,
    height: place.height,
    content: <Part place={place} />,
    behind: place.frame,
  }));
  const edges = topology.links.flatMap((link): DiagramEdge[] => {
    const sides = sidesOf(link, places);
    if (sides === null) return [];
    const [fromSide, toSide] = sides;
    const tone = LINK_TONE[link.state];
    const shift = bendOf(link, places);
    return [
      {
        id: `${link.from} ${link.to}`,
        from: link.from,
        to: link.to,
        fromSide,
        toSide,
        tone: tone === 'bad' || tone === 'wait' ? tone : 'ink',
        dashed: tone === 'bad' || tone === 'off',
        label: <LinkLabel link={link} narrow={shift > 0} />,
        shift,
      },
    ];
  });
  return (
    <Diagram
      nodes={[...headings({ topology, places, boundaryX, height }), ...nodes]}
      edges={edges}
      width={width}
      height={height + HEADING}
    />
  );
}

/** Ways across that change level bend beside the boundary, not on it; px from the middle. */
function bendOf({ from, to }: Topology['links'][number], places: readonly Place[]): number {
  const placeOf = (id: string) => places.find(({ node }) => node.id === id);
  const [start, end] = [placeOf(from), placeOf(to)];
  if (start?.node.side === end?.node.side || start?.y === end?.y) return 0;
  return start?.node.side === 'record' ? BEND.outward : BEND.inward;
}

/** The two sides by name, and the boundary; only where something crosses one. */
function headings({
  topology,
  places,
  boundaryX,
  height,
}: {
  readonly topology: Topology;
  readonly places: readonly Place[];
  readonly boundaryX: number | null;
  readonly height: number;
}): readonly DiagramNode[] {
  if (boundaryX === null) return [];
  const names = (['record', 'edge'] as const).flatMap((side): DiagramNode[] => {
    const first = places.find(({ node }) => node.side === side);
    if (!first) return [];
    const content = <SideName side={side} topology={topology} />;
    return [{ id: `side ${side}`, x: first.x, y: 0, width: first.width, height: HEADING, content, behind: true }];
  });
  const line = <div className="h-full border-l border-dashed border-control" />;
  return [
    ...names,
    { id: 'boundary', x: boundaryX, y: 0, width: 1, height: height + HEADING, content: line, behind: true },
  ];
}

function SideName({ side, topology }: { readonly side: TopologyNode['side']; readonly topology: Topology }) {
  const t = useTranslations('topology');
  const stays = useResidencyWords()(topology.residency, side);
  return (
    <span className="flex justify-between gap-2 whitespace-nowrap text-12 text-ink-3">
      <span>{t(`side.${topology.model}.${side}`)}</span>
      {stays !== null && <span>{stays}</span>}
    </span>
  );
}

function Part({ place: { node, frame } }: { readonly place: Place }) {
  const t = useTranslations('topology');
  const locale = useLocale();
  const Icon = ICON[node.kind];
  return (
    <div
      className={cx(
        'flex h-full gap-2.5 rounded-md border border-line-2 px-3',
        frame ? 'items-start bg-sunken pt-1.5' : 'items-center bg-surface',
      )}
    >
      <Icon className={cx('shrink-0 text-ink-3', frame && 'mt-[3px]')} />
      <span className="min-w-0 flex-1 truncate text-13">{node.title[locale]}</span>
      <span className="flex shrink-0 items-center gap-1.5 text-12 text-ink-3">
        <i className={cx('dot', TONE_DOT[NODE_TONE[node.state]])} />
        {t(`nodeState.${node.state}`)}
      </span>
    </div>
  );
}

function LinkLabel({ link, narrow }: { readonly link: Topology['links'][number]; readonly narrow: boolean }) {
  const locale = useLocale();
  const late = useLinkWords()(link);
  const tone = LINK_TONE[link.state];
  return (
    <span className={cx('block px-1 py-0.5 text-center text-11 text-ink-2', narrow ? 'max-w-32' : 'max-w-52')}>
      {link.crosses[locale]}
      {late !== '' && (
        <span className={cx('num block', tone === 'bad' ? 'text-bad' : tone === 'wait' ? 'text-wait' : 'text-ink-3')}>
          {late}
        </span>
      )}
    </span>
  );
}

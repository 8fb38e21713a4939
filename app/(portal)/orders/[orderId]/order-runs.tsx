'use client';

import { useTranslations } from 'next-intl';
import { RunStateBadge } from '@/app/_portal/cells.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { Duration } from '@/app/_ui/quantity.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import { When } from '@/app/_ui/when.tsx';
import { ActionName } from '@/server/domain/lifecycle.ts';
import type { Order } from './order.ts';

type Run = Order['runs'][number];

function runColumns(
  words: Record<'run' | 'state' | 'queued' | 'took', string>,
  nameOf: (run: Run) => string,
): readonly Column<Run>[] {
  return [
    { key: 'run', head: words.run, cell: (run) => nameOf(run) },
    { key: 'state', head: words.state, cell: (run) => <RunStateBadge state={run.state} /> },
    { key: 'queued', head: words.queued, cell: (run) => <When at={run.queuedAt} /> },
    {
      key: 'took',
      head: words.took,
      align: 'end',
      cell: (run) =>
        run.startedAt && run.finishedAt ? <Duration ms={run.finishedAt.getTime() - run.startedAt.getTime()} /> : '–',
    },
  ];
}

/** The runs that built what was ordered. */
export function OrderRuns({ order }: { readonly order: Order }) {
  const t = useTranslations('order.runs');
  const l = useTranslations('lists');
  const d = useTranslations('domain');
  const nameOf = ({ action, number }: Run): string => {
    const name = ActionName.safeParse(action);
    return t('name', { action: name.success ? d(`action.${name.data}`) : action, number });
  };
  if (order.runs.length === 0) return null;
  return (
    <Panel title={t('title')}>
      <Table
        caption={t('title')}
        columns={runColumns(
          { run: t('run'), state: l('state'), queued: l('runs.queued'), took: l('runs.took') },
          nameOf,
        )}
        rows={order.runs}
        rowKey={(run) => run.id}
        rowHref={(run) => `/runs/${run.id}`}
        bleed={false}
        minWidth={480}
      />
    </Panel>
  );
}

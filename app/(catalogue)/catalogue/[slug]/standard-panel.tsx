import { getTranslations } from 'next-intl/server';
import { Panel } from '@/app/_ui/panel.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import { mediaTypesOf, type ApiBinding, type ApiStandard } from '@/server/domain/binding.ts';
import type { Locale } from '@/server/domain/text.ts';

/** An industry's standard as a tenant speaks it: its own paths and media types. */
export async function StandardPanel({ standard, locale }: { readonly standard: ApiStandard; readonly locale: Locale }) {
  const t = await getTranslations('catalogue');
  const columns: Column<ApiBinding>[] = [
    {
      key: 'call',
      head: t('call'),
      cell: ({ method, path }) => (
        <span className="id">
          {method} /{path}
        </span>
      ),
    },
    { key: 'what', head: t('whatItDoes'), cell: ({ summary }) => summary[locale] },
    {
      key: 'takes',
      head: t('takes'),
      cell: ({ body }) => <span className="id text-ink-3">{body === null ? '–' : mediaTypesOf(body).join(' ')}</span>,
    },
  ];
  return (
    <Panel title={standard.name} side={t('standardNote')}>
      <p className="border-b border-line px-4 py-3 text-ink-2">{standard.about[locale]}</p>
      <Table
        caption={standard.name}
        columns={columns}
        rows={standard.bindings}
        rowKey={({ name }) => name}
        bleed={false}
        minWidth={760}
      />
    </Panel>
  );
}

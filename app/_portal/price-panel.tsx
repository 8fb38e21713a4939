import { useLocale, useTranslations } from 'next-intl';
import { cx } from '@/app/_ui/cx.ts';
import { formatAmount, formatBp, formatCurrencyHead, formatMoney } from '@/app/_ui/format.ts';
import { Panel } from '@/app/_ui/panel.tsx';
import { Spine } from '@/app/_ui/spine.tsx';
import { Table, type Column } from '@/app/_ui/table.tsx';
import type { Priced } from '@/server/domain/pricing.ts';
import type { OfferingNames } from './offering-names.ts';
import { priceSheet, type PriceSheet, type SheetRow } from './price-sheet.ts';

export interface PricePanelProps {
  readonly price: Priced;
  readonly names: OfferingNames;
  readonly offering: { readonly name: Readonly<Record<'en' | 'zh', string>>; readonly hue: number };
}

interface Words {
  readonly line: string;
  readonly list: string;
  readonly discount: string;
  readonly net: string;
  readonly included: string;
  readonly nameOf: (row: SheetRow) => string;
  readonly basisOf: (row: SheetRow) => string | null;
  readonly percent: (bp: number) => string;
  readonly hue: number;
}

function lineColumns(words: Words, negotiated: boolean): readonly Column<SheetRow>[] {
  const discount: Column<SheetRow> = {
    key: 'discount',
    className: 'max-sm:hidden',
    head: words.discount,
    align: 'end',
    cell: (row) => (row.included ? '–' : words.percent(row.discountBp)),
  };
  return [
    {
      key: 'line',
      head: words.line,
      cell: (row) => (
        <span className="flex items-center gap-3 py-1">
          <Spine hue={words.hue} height={28} />
          <span className="min-w-0">
            <span className="block font-medium">{words.nameOf(row)}</span>
            <span className="id block text-ink-3">
              {row.sku}
              {words.basisOf(row) !== null && <span className="font-sans"> · {words.basisOf(row)}</span>}
            </span>
          </span>
        </span>
      ),
    },
    {
      key: 'list',
      className: 'max-sm:hidden',
      head: words.list,
      align: 'end',
      cell: (row) => (row.included ? words.included : formatAmount(row.listMicro)),
    },
    ...(negotiated ? [discount] : []),
    {
      key: 'net',
      head: words.net,
      align: 'end',
      cell: (row) => <span className="font-medium">{formatAmount(row.netMicro)}</span>,
    },
  ];
}

function TotalLine({
  label,
  amount,
  kind = 'normal',
}: {
  readonly label: string;
  readonly amount: string;
  readonly kind?: 'normal' | 'off' | 'total' | 'quiet';
}) {
  return (
    <div
      className={cx(
        'flex items-baseline justify-between gap-6',
        kind === 'total' && 'mt-1 border-t border-line-2 pt-2 font-semibold',
        kind === 'quiet' && 'text-12 text-ink-3',
      )}
    >
      <dt className={kind === 'normal' || kind === 'off' ? 'text-ink-2' : undefined}>{label}</dt>
      <dd className={cx('num', kind === 'total' && 'text-16', kind === 'off' && 'text-ok')}>{amount}</dd>
    </div>
  );
}

function Totals({ price, sheet }: { readonly price: Priced; readonly sheet: PriceSheet }) {
  const t = useTranslations('order.price');
  const locale = useLocale();
  const { currency, termMonths } = price;
  return (
    <dl className="ml-auto grid w-full max-w-96 gap-1.5 px-4 py-3">
      <TotalLine label={t('list')} amount={formatAmount(sheet.listMicro)} />
      {sheet.termMicro !== 0n && (
        <TotalLine
          kind="off"
          label={t('term', { months: termMonths, percent: formatBp(sheet.termBp, locale) })}
          amount={formatAmount(sheet.termMicro)}
        />
      )}
      {sheet.negotiatedMicro !== 0n && (
        <TotalLine
          kind="off"
          label={t('negotiated', { percent: formatBp(price.discountBp, locale) })}
          amount={formatAmount(sheet.negotiatedMicro)}
        />
      )}
      <TotalLine label={t('net')} amount={formatAmount(price.subtotalMicro)} />
      {price.tax.map((tax) => (
        <TotalLine key={tax.name} label={tax.name} amount={formatAmount(tax.micro)} />
      ))}
      <TotalLine
        kind="total"
        label={t('total', { currency: formatCurrencyHead(currency, locale) })}
        amount={formatAmount(price.totalMicro)}
      />
      {termMonths > 1 && (
        <TotalLine
          kind="quiet"
          label={t('over', { months: termMonths })}
          amount={formatMoney(price.totalMicro * BigInt(termMonths), currency)}
        />
      )}
    </dl>
  );
}

/** What is paid and what it came from: lines at list price, term, negotiation, tax, total. */
export function PricePanel({ price, names, offering }: PricePanelProps) {
  const t = useTranslations('order.price');
  const d = useTranslations('domain');
  const locale = useLocale();
  const sheet = priceSheet(price);
  const columns = lineColumns(
    {
      line: t('line'),
      list: t('listMonth'),
      discount: t('discount'),
      net: t('netMonth'),
      included: t('included'),
      nameOf: (row) =>
        row.kind === 'plan'
          ? t('planLine', { offering: offering.name[locale], plan: row.code })
          : (names.modules[row.code] ?? row.code),
      basisOf: (row) =>
        row.kind === 'plan'
          ? t('basis', { model: d(`model.${price.model}`), factor: (row.upliftBp / 10_000).toFixed(1) })
          : null,
      percent: (bp) => formatBp(bp, locale),
      hue: offering.hue,
    },
    sheet.negotiatedMicro !== 0n,
  );
  return (
    <Panel
      title={t('title')}
      side={t('side', { currency: formatCurrencyHead(price.currency, locale), book: price.book.version })}
    >
      <Table
        caption={t('title')}
        columns={columns}
        rows={sheet.rows}
        rowKey={(row) => row.sku}
        bleed={false}
        minWidth={320}
      />
      <div className="border-t border-line">
        <Totals price={price} sheet={sheet} />
      </div>
    </Panel>
  );
}

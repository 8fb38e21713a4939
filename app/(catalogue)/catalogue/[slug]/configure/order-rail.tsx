'use client';

import { CircleCheck, Clock3 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Field } from '@/app/_ui/field.tsx';
import { formatBp, formatMoney } from '@/app/_ui/format.ts';
import { PriceRail, type PriceLine } from '@/app/_ui/price-rail.tsx';
import { Segmented } from '@/app/_ui/radio-rows.tsx';
import { RailPart } from '@/app/_ui/rail.tsx';
import { CURRENCIES, TERM_MONTHS, type Currency, type TermMonths } from '@/server/domain/configuration.ts';
import type { Priced } from '@/server/domain/pricing.ts';
import { OrderButton } from './order-button.tsx';
import { QuoteForm } from './quote-form.tsx';
import type { OrderRailProps } from './rail-props.ts';
import type { PreviewState } from './use-preview.ts';
import { useLocale } from 'next-intl';

/** Lines as people add them up: list amounts, then what term and discount take off, then tax. */
export function usePriceLines(): (price: Priced) => readonly PriceLine[] {
  const t = useTranslations('configure');
  const d = useTranslations('domain');
  const locale = useLocale();
  return (price) => {
    const listed = price.lines.map((line) => ({ line, micro: (line.listMicro * BigInt(line.upliftBp)) / 10_000n }));
    const gross = listed.reduce((sum, { micro }) => sum + micro, 0n);
    const lines: PriceLine[] = listed.map(({ line, micro }) => ({
      key: line.sku,
      micro,
      label:
        line.kind === 'plan'
          ? t('linePlan', {
              plan: line.code,
              model: d(`model.${price.model}`),
              factor: (line.upliftBp / 10_000).toFixed(1),
            })
          : line.included
            ? t('lineIncluded', { module: line.code })
            : line.code,
    }));
    const off = price.subtotalMicro - gross;
    if (off !== 0n) {
      const termBp = price.lines[0]?.termBp ?? 0;
      const parts = [
        termBp > 0 ? t('lineTerm', { months: price.termMonths }) : '',
        price.discountBp > 0 ? t('lineDiscount', { percent: formatBp(price.discountBp, locale) }) : '',
      ];
      lines.push({ key: 'off', kind: 'discount', micro: off, label: parts.filter((part) => part !== '').join(', ') });
    }
    lines.push({ key: 'net', kind: 'total', micro: price.subtotalMicro, label: t('beforeTax') });
    for (const tax of price.tax) lines.push({ key: tax.name, micro: tax.micro, label: tax.name });
    return lines;
  };
}

function Gate({ ok, children }: { readonly ok: boolean; readonly children: string }) {
  return (
    <li className="flex items-start gap-2 text-12">
      {ok ? <CircleCheck className="mt-px size-[13px] text-ok" /> : <Clock3 className="mt-px size-[13px] text-wait" />}
      <span className="text-ink-2">{children}</span>
    </li>
  );
}

function Gates({ preview: { answer: preview, phase } }: { readonly preview: PreviewState }) {
  const t = useTranslations('configure');
  if (preview === null || preview.plan === null) return <p className="text-12 text-ink-3">{t('gatesLater')}</p>;
  const create = preview.plan.counts.create ?? 0;
  const threshold = preview.needsApproval?.['thresholdMicro'];
  const limit =
    typeof threshold === 'string' || typeof threshold === 'bigint'
      ? formatMoney(BigInt(threshold), preview.price.currency)
      : '';
  return (
    <ul className={phase === 'ready' ? 'grid gap-1.5' : 'grid gap-1.5 opacity-60'}>
      <Gate ok>{t('gateCreate', { count: create })}</Gate>
      <Gate ok={preview.target.healthy}>
        {preview.target.healthy
          ? t('gateTarget', { target: preview.target.name })
          : t('gateTargetDown', { target: preview.target.name })}
      </Gate>
      {preview.needsApproval === null ? (
        <Gate ok>{t('gateNoApproval')}</Gate>
      ) : (
        <Gate ok={false}>{limit === '' ? t('gateApprovalPlain') : t('gateApproval', { limit })}</Gate>
      )}
    </ul>
  );
}

/** Price, term, plan in short, what it waits for, and the one action. */
export function OrderRail({ form, configuration, price, preview, desk, mayOrder, setForm }: OrderRailProps) {
  const t = useTranslations('configure');
  const linesOf = usePriceLines();
  return (
    <>
      <PriceRail
        currency={form.currency}
        totalMicro={price?.totalMicro ?? null}
        instead={t('noPrice')}
        withTax
        priceBook={price?.book.version ?? '–'}
        termMonths={form.termMonths}
        {...(price && { termMicro: price.totalMicro * BigInt(form.termMonths) })}
        lines={price ? linesOf(price) : []}
      />
      <RailPart title={t('term')} side={t('termHint')}>
        <Segmented
          label={t('term')}
          value={String(form.termMonths)}
          onValueChange={(months) => setForm({ termMonths: Number(months) as TermMonths })}
          options={TERM_MONTHS.map((months) => ({ value: String(months), label: t('months', { count: months }) }))}
        />
        <div className="mt-3">
          <Field label={t('currency')}>
            <Segmented
              label={t('currency')}
              value={form.currency}
              onValueChange={(currency) => setForm({ currency: currency as Currency })}
              options={CURRENCIES.map((currency) => ({ value: currency, label: currency }))}
            />
          </Field>
        </div>
      </RailPart>
      <RailPart title={t('gates')}>
        <Gates preview={preview} />
      </RailPart>
      {desk === null ? (
        <OrderButton configuration={configuration} price={price} preview={preview} mayOrder={mayOrder} />
      ) : (
        <QuoteForm desk={desk} price={price} preview={preview} />
      )}
    </>
  );
}

import { useLocale, useTranslations } from 'next-intl';
import { formatNumber } from '@/app/_ui/format.ts';
import { KeyValues, type KeyValue } from '@/app/_ui/key-values.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import type { Configuration } from '@/server/domain/configuration.ts';
import type { OfferingNames } from './offering-names.ts';

/** A parameter's value as people read it; lists joined, what is an object as JSON. */
function valueText(
  value: unknown,
  words: { readonly yes: string; readonly no: string; readonly comma: string },
): string {
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'number') return formatNumber(value, { maxDigits: 6 });
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((one) => valueText(one, words)).join(words.comma);
  return JSON.stringify(value) ?? '';
}

/** What was configured, by the names that the offering gives its parameters. */
export function ConfigurationPanel({
  configuration,
  names,
}: {
  readonly configuration: Configuration;
  readonly names: OfferingNames;
}) {
  const t = useTranslations('order.configuration');
  const d = useTranslations('domain');
  const common = useTranslations('common');
  const comma = useLocale() === 'zh' ? '、' : ', ';
  const words = { yes: common('yes'), no: common('no'), comma };
  const { modules, params, volume } = configuration;
  const fields = Object.entries(params).map(([name, value]): KeyValue => {
    const field = names.params.find((one) => one.name === name);
    const unit = field === undefined || field.unit === '' ? '' : ` ${field.unit}`;
    return {
      label: field?.label ?? name,
      value: (
        <span title={name}>
          {valueText(value, words)}
          <span className="text-ink-3">{unit}</span>
        </span>
      ),
    };
  });
  const rows: readonly KeyValue[] = [
    { label: t('name'), value: <span className="font-medium">{configuration.name}</span> },
    { label: t('plan'), value: t('planModel', { plan: configuration.plan, model: d(`model.${configuration.model}`) }) },
    {
      label: t('modules'),
      value: modules.length === 0 ? t('noModules') : modules.map((code) => names.modules[code] ?? code).join(comma),
    },
    { label: t('term'), value: t('months', { count: configuration.termMonths }) },
    ...(volume === null
      ? []
      : [
          {
            label: t('volume'),
            value: t('volumeLine', {
              perDay: formatNumber(volume.transactionsPerDay),
              peak: formatNumber(volume.peakFactor),
              days: formatNumber(volume.keepDays),
            }),
          },
        ]),
    ...fields,
  ];
  return (
    <Panel title={t('title')} padded>
      <KeyValues rows={rows} align="start" className="sm:grid-cols-[minmax(160px,auto)_minmax(0,1fr)]" />
    </Panel>
  );
}

'use client';

import { useLocale, useTranslations } from 'next-intl';
import { Field } from '@/app/_ui/field.tsx';
import { formatNumber } from '@/app/_ui/format.ts';
import { NumberInput } from '@/app/_ui/number-input.tsx';
import { Section } from '@/app/_ui/section.tsx';
import type { Volume } from '@/server/domain/configuration.ts';
import type { Manifest, PlanSpec, SizingSpec } from '@/server/domain/manifest.ts';
import { sizeVolume } from '@/server/domain/sizing.ts';

const GIB = 1024 ** 3;
/** The mid-year sale took 3.23 times an ordinary day's access. */
const PRESETS = [1, 3, 3.23, 10] as const;

interface VolumeSectionProps {
  readonly manifest: Manifest;
  readonly sizing: SizingSpec;
  readonly plan: PlanSpec;
  readonly plans: readonly PlanSpec[];
  readonly volume: Volume;
  readonly onChange: (volume: Volume) => void;
}

/** Business numbers, and what they mean for the plan: each figure beside its quota, and the smallest plan that holds them. */
export function VolumeSection({ sizing, plan, plans, volume, onChange }: VolumeSectionProps) {
  const t = useTranslations('configure');
  const locale = useLocale();
  const set = (part: Partial<Volume>) => onChange({ ...volume, ...part });
  const number = (key: keyof Volume) => (value: number | null) => value !== null && value > 0 && set({ [key]: value });
  return (
    <Section title={t('volume')} hint={t('volumeHint')} id="volume">
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label={sizing.transaction[locale]} unit={t('aDay')} help={t('aDayHelp')}>
          <NumberInput
            value={volume.transactionsPerDay}
            onValueChange={number('transactionsPerDay')}
            min={1}
            max={100_000_000}
            step={100}
          />
        </Field>
        <Field label={t('peak')} unit="×" help={t('peakHelp', { presets: PRESETS.join(', ') })}>
          <NumberInput
            value={volume.peakFactor}
            onValueChange={number('peakFactor')}
            min={1}
            max={1000}
            maxDigits={2}
          />
        </Field>
        <Field label={t('keep')} unit={t('days')} help={t('keepHelp')}>
          <NumberInput value={volume.keepDays} onValueChange={number('keepDays')} min={1} max={3650} />
        </Field>
      </div>
      <Consequence sizing={sizing} plan={plan} plans={plans} volume={volume} />
    </Section>
  );
}

function Figure({
  label,
  used,
  limit,
  unit,
}: {
  readonly label: string;
  readonly used: number;
  readonly limit: number;
  readonly unit: string;
}) {
  const t = useTranslations('configure');
  const over = used > limit;
  return (
    <span className="flex min-w-0 items-baseline justify-between gap-3">
      <span className="text-ink-2">{label}</span>
      <span className={`num font-medium ${over ? 'text-wait' : ''}`}>
        {t('usedOf', { used: formatNumber(used, { maxDigits: used < 10 ? 1 : 0 }), limit: formatNumber(limit), unit })}
      </span>
    </span>
  );
}

function Consequence({
  sizing,
  plan,
  plans,
  volume,
}: Pick<VolumeSectionProps, 'sizing' | 'plan' | 'plans' | 'volume'>) {
  const t = useTranslations('configure');
  const sized = sizeVolume(sizing, volume, plans);
  const fits =
    sized.plan !== null &&
    plans.findIndex((one) => one.code === sized.plan) <= plans.findIndex((one) => one.code === plan.code);
  return (
    <output className="mt-4 grid gap-2 rounded-md bg-sunken px-3 py-2 text-12">
      <div className="grid gap-x-8 gap-y-1 sm:grid-cols-3">
        <Figure label={t('peakCalls')} used={sized.requestsPerSecond} limit={plan.quotas.rps} unit="rps" />
        <Figure label={t('storage')} used={(sized.dataBytes / GIB) * 1.25} limit={plan.quotas.storageGib} unit="GiB" />
        <Figure label={t('connections')} used={sized.connections} limit={plan.quotas.apiConnections} unit="" />
      </div>
      <p className={fits ? 'text-ok' : 'text-wait'}>
        {sized.plan === null
          ? t('noPlan')
          : fits
            ? t('fits', { plan: plan.code, smallest: sized.plan })
            : t('tooSmall', { plan: plan.code, smallest: sized.plan })}
        {sized.remedy !== null && ` ${t('remedy', { days: sized.remedy.keepDays, plan: sized.remedy.plan })}`}
      </p>
    </output>
  );
}

'use client';

import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { PlannedSection } from '@/app/_portal/planned/planned-section.tsx';
import { CheckRows } from '@/app/_ui/checkbox.tsx';
import { Field } from '@/app/_ui/field.tsx';
import { formatMoney } from '@/app/_ui/format.ts';
import { Page } from '@/app/_ui/page.tsx';
import { PlanTable } from '@/app/_ui/plan-table.tsx';
import { RadioRows } from '@/app/_ui/radio-rows.tsx';
import { Section } from '@/app/_ui/section.tsx';
import { Select } from '@/app/_ui/select.tsx';
import { Spine } from '@/app/_ui/spine.tsx';
import { Steps } from '@/app/_ui/steps.tsx';
import { TextInput } from '@/app/_ui/text-input.tsx';
import type { OrganisationId } from '@/server/domain/ids.ts';
import type { DeploymentModel, Manifest, PlanCode, PlanSpec } from '@/server/domain/manifest.ts';
import { priceConfiguration, type PriceBookData, type Priced } from '@/server/domain/pricing.ts';
import { initialForm, isNameValid, toConfiguration, type FormState } from './form-state.ts';
import { OrderRail } from './order-rail.tsx';
import { ParameterGrid } from './parameter-grid.tsx';
import { usePreview, type PreviewState } from './use-preview.ts';
import { VolumeSection } from './volume-section.tsx';

export interface Desk {
  readonly customers: readonly { readonly id: OrganisationId; readonly name: string }[];
  readonly chosen: OrganisationId | null;
}

interface ConfigureViewProps {
  readonly manifest: Manifest;
  readonly priceBook: PriceBookData;
  /** Set for a sales engineer, who configures for a customer; null for a customer. */
  readonly desk: Desk | null;
  readonly mayOrder: boolean;
}

interface PartProps {
  readonly manifest: Manifest;
  readonly priceBook: PriceBookData;
  readonly form: FormState;
  readonly set: (part: Partial<FormState>) => void;
}

/** The price as the browser computes it while one types; null where the book has none. */
function estimate(manifest: Manifest, priceBook: PriceBookData, form: FormState, discountBp: number): Priced | null {
  const plan = manifest.plans.find((one) => one.code === form.plan);
  if (plan === undefined) return null;
  try {
    return priceConfiguration(priceBook, {
      plan,
      modules: manifest.modules.filter((one) => form.modules.includes(one.code)),
      model: form.model,
      currency: form.currency,
      termMonths: form.termMonths,
      discountBp,
    });
  } catch {
    return null;
  }
}

/** Errors that the server tied to one field, by its name. */
function fieldErrors({ refusal }: PreviewState): Readonly<Record<string, string>> {
  const fault = refusal?.fault;
  if (fault?.code !== 'params_invalid' && fault?.code !== 'invalid_input') return {};
  return Object.fromEntries(
    fault.issues.map(({ path, message }) => [path.replace(/^(configuration\.)?(params\.)?\/?/, ''), message]),
  );
}

export function ConfigureView({ manifest, priceBook, desk, mayOrder }: ConfigureViewProps) {
  const t = useTranslations('configure');
  const locale = useLocale();
  const [form, setForm] = useState(() => initialForm(manifest));
  const [customer, setCustomer] = useState<OrganisationId | null>(desk?.chosen ?? null);
  const [discountBp, setDiscountBp] = useState(0);
  const set = (part: Partial<FormState>): void => setForm((before) => ({ ...before, ...part }));
  const configuration = toConfiguration(form, manifest);
  const preview = usePreview(configuration, customer);
  const price = estimate(manifest, priceBook, form, discountBp);
  const parts = { manifest, priceBook, form, set };
  return (
    <Page
      title={t('title', { offering: manifest.name[locale] })}
      badge={
        <>
          <Spine hue={manifest.hue} height={20} />
          <span className="id text-ink-3">{manifest.version}</span>
        </>
      }
      facts={
        <Steps
          current={0}
          items={
            desk
              ? [t('step.configure'), t('step.send'), t('step.accepted')]
              : [t('step.configure'), t('step.order'), t('step.watch')]
          }
        />
      }
      crumbs={[{ label: manifest.name[locale], href: `/catalogue/${manifest.slug}` }, { label: t('new') }]}
      railKind="action"
      railLabel={t('railLabel')}
      padded={false}
      rail={
        <OrderRail
          form={form}
          configuration={configuration}
          price={price}
          preview={preview}
          desk={desk && { customer, discountBp, setDiscountBp }}
          mayOrder={mayOrder}
          setForm={set}
        />
      }
    >
      <NameSection
        {...parts}
        taken={preview.refusal?.fault.code === 'name_taken'}
        desk={desk}
        customer={customer}
        onCustomer={setCustomer}
      />
      <ModelSection {...parts} />
      <PlanSection {...parts} />
      <Volume {...parts} />
      <ParameterSection {...parts} errors={fieldErrors(preview)} />
      <ModuleSection {...parts} />
      <PlannedSection
        planned={preview}
        hint={t('planDiffHint')}
        words={{ none: t('planIncomplete'), failed: t('planFailed'), noAnswer: t('planNoAnswer') }}
        facts={preview.answer && <span className="id">{preview.answer.reservedRef}</span>}
      />
    </Page>
  );
}

function NameSection({
  form,
  set,
  taken,
  desk,
  customer,
  onCustomer,
}: PartProps & {
  readonly taken: boolean;
  readonly desk: Desk | null;
  readonly customer: OrganisationId | null;
  readonly onCustomer: (id: OrganisationId) => void;
}) {
  const t = useTranslations('configure');
  const [touched, setTouched] = useState(false);
  const error = taken
    ? t('nameTaken', { name: form.name })
    : (touched || form.name !== '') && !isNameValid(form.name)
      ? t('nameInvalid')
      : null;
  return (
    <Section title={t('tenant')} hint={t('tenantHint')} id="tenant">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('name')} help={t('nameHelp')} error={error}>
          <TextInput
            value={form.name}
            placeholder="shop-cn"
            maxLength={40}
            autoComplete="off"
            spellCheck={false}
            onBlur={() => setTouched(true)}
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        {desk && (
          <Field label={t('customer')} help={t('customerHelp')}>
            <Select
              options={desk.customers.map(({ id, name }) => ({ value: id, label: name }))}
              value={customer ?? ''}
              onValueChange={(id) => onCustomer(id as OrganisationId)}
            />
          </Field>
        )}
      </div>
    </Section>
  );
}

const TIMES = { public: '1.0', private: '1.6', hybrid: '2.2' } as const satisfies Record<DeploymentModel, string>;

function ModelSection({ manifest, priceBook, form, set }: PartProps) {
  const t = useTranslations('configure');
  const d = useTranslations('domain');
  const locale = useLocale();
  const factor = (model: DeploymentModel): string =>
    priceBook.upliftBp[model] === undefined ? TIMES[model] : (priceBook.upliftBp[model] / 10_000).toFixed(1);
  const rows = manifest.models.map((one) => ({
    value: one.model,
    label: d(`model.${one.model}`),
    description: one.what[locale],
    figures: <span>× {factor(one.model)}</span>,
    disabledReason: one.available ? undefined : (one.notYet?.[locale] ?? t('notYet')),
  }));
  return (
    <Section title={t('deployment')} hint={t('deploymentHint')} id="model">
      <RadioRows
        label={t('deployment')}
        rows={rows}
        value={form.model}
        onValueChange={(model) => set({ model: model as DeploymentModel })}
      />
    </Section>
  );
}

function PlanSection({ manifest, priceBook, form, set }: PartProps) {
  const t = useTranslations('configure');
  const c = useTranslations('catalogue');
  const d = useTranslations('domain');
  const locale = useLocale();
  const plans = manifest.plans.map((plan) => {
    const priced = estimate(manifest, priceBook, { ...form, plan: plan.code, modules: [], termMonths: 1 }, 0);
    const fits = plan.models.includes(form.model);
    return {
      code: plan.code,
      price: plan.orderable && priced ? formatMoney(priced.subtotalMicro, form.currency) : c('plan.byQuote'),
      disabledReason: !fits
        ? t('planNotForModel', { plan: plan.code, model: d(`model.${form.model}`) })
        : plan.orderable
          ? undefined
          : t('planByQuote', { plan: plan.code }),
    };
  });
  const row = (label: string, of: (plan: PlanSpec) => string) => ({
    label,
    values: Object.fromEntries(manifest.plans.map((plan) => [plan.code, of(plan)])),
  });
  return (
    <Section title={t('plan')} hint={t('planHint', { currency: form.currency })} id="plan">
      <PlanTable
        label={t('plan')}
        plans={plans}
        value={form.plan}
        onValueChange={(plan) => set({ plan: plan as PlanCode })}
        rows={[
          row(c('plan.storage'), ({ quotas }) => `${quotas.storageGib} GiB`),
          row(c('plan.rate'), ({ quotas }) => `${quotas.rps}, ${quotas.burst} rps`),
          row(c('plan.connections'), ({ quotas }) => `${quotas.apiConnections}, ${quotas.sqlConnections}`),
          row(c('plan.backup'), (plan) => plan.backup[locale]),
          row(c('plan.modules'), (plan) =>
            plan.modulesIncluded === 0 ? c('plan.core') : c('plan.corePlus', { count: plan.modulesIncluded }),
          ),
          row(c('plan.support'), (plan) => plan.support[locale]),
        ]}
      />
    </Section>
  );
}

function Volume({ manifest, form, set }: PartProps) {
  const plans = manifest.plans.filter((plan) => plan.models.includes(form.model));
  const plan = manifest.plans.find((one) => one.code === form.plan);
  if (manifest.sizing === null || form.volume === null || plan === undefined) return null;
  return (
    <VolumeSection
      manifest={manifest}
      sizing={manifest.sizing}
      plan={plan}
      plans={plans}
      volume={form.volume}
      onChange={(volume) => set({ volume })}
    />
  );
}

function ParameterSection({
  manifest,
  form,
  set,
  errors,
}: PartProps & { readonly errors: Readonly<Record<string, string>> }) {
  const t = useTranslations('configure');
  return (
    <Section title={t('parameters')} hint={t('parametersHint')} id="parameters">
      <ParameterGrid
        fields={manifest.parameters.fields}
        schema={manifest.parameters.schema}
        model={form.model}
        params={form.params}
        errors={errors}
        onChange={(params) => set({ params })}
      />
    </Section>
  );
}

function ModuleSection({ manifest, priceBook, form, set }: PartProps) {
  const t = useTranslations('configure');
  const locale = useLocale();
  const rows = manifest.modules.map((module) => {
    const row = priceBook.rows.find((one) => one.sku === module.sku && one.currency === form.currency);
    const included = module.includedIn.includes(form.plan);
    return {
      value: module.code,
      label: module.name[locale],
      code: module.code,
      description: module.effect[locale],
      figure: included ? t('included') : row ? formatMoney(row.micro, form.currency) : undefined,
      disabledReason: module.selectable ? undefined : (module.notYet?.[locale] ?? t('notYet')),
    };
  });
  return (
    <Section title={t('modules')} hint={t('modulesHint')} id="modules">
      <CheckRows
        label={t('modules')}
        rows={rows}
        values={form.modules}
        onValuesChange={(modules) => set({ modules })}
      />
    </Section>
  );
}

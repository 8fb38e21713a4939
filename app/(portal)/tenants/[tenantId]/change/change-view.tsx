'use client';

import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { ParameterGrid } from '@/app/(catalogue)/catalogue/[slug]/configure/parameter-grid.tsx';
import { TenantStateBadge } from '@/app/_portal/cells.tsx';
import { PlannedSection } from '@/app/_portal/planned/planned-section.tsx';
import { CheckRows } from '@/app/_ui/checkbox.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { PlanTable } from '@/app/_ui/plan-table.tsx';
import { RadioRows } from '@/app/_ui/radio-rows.tsx';
import { Section } from '@/app/_ui/section.tsx';
import { moveFault } from '@/server/domain/change.ts';
import type { DeploymentModel, PlanCode, PlanSpec } from '@/server/domain/manifest.ts';
import type { Tenant } from '../tenant.ts';
import { toWish, type ChangeForm } from './change-form.ts';
import { ChangeRail } from './change-rail.tsx';
import { useChange, type ChangeState } from './use-change.ts';

interface PartProps {
  readonly tenant: Tenant;
  readonly form: ChangeForm;
  readonly set: (part: Partial<ChangeForm>) => void;
}

export function ChangeView({ tenant, mayAsk }: { readonly tenant: Tenant; readonly mayAsk: boolean }) {
  const t = useTranslations('change');
  const now: ChangeForm = { model: tenant.model, plan: tenant.plan, modules: tenant.modules, params: tenant.params };
  const [form, setForm] = useState(now);
  const set = (part: Partial<ChangeForm>): void => setForm((before) => ({ ...before, ...part }));
  const state = useChange(tenant.id, toWish(form, now, tenant.manifest));
  const parts = { tenant, form, set };
  return (
    <Page
      title={t('title', { name: tenant.name })}
      badge={<TenantStateBadge state={tenant.state} tainted={tenant.tainted} />}
      facts={<span>{t('facts')}</span>}
      crumbs={[{ label: tenant.name, href: `/tenants/${tenant.id}` }, { label: t('pageTitle') }]}
      railKind="action"
      railLabel={t('railLabel')}
      padded={false}
      rail={<ChangeRail tenant={tenant} state={state} mayAsk={mayAsk} />}
    >
      <ModelSection {...parts} />
      <PlanSection {...parts} />
      <ModuleSection {...parts} />
      <ParameterSection {...parts} state={state} />
      <PlannedSection
        planned={state}
        hint={t('diffHint')}
        words={{ none: t('nothing'), failed: t('refused'), noAnswer: t('noAnswer') }}
      />
    </Page>
  );
}

/** Another model moves the tenant's rows to a place of their own. */
function ModelSection({ tenant, form, set }: PartProps) {
  const t = useTranslations('change');
  const d = useTranslations('domain');
  const locale = useLocale();
  const rows = tenant.manifest.models.map((one) => {
    const stays = one.model === tenant.model;
    const refused = moveFault(tenant.model, one.model) !== null;
    return {
      value: one.model,
      label: d(`model.${one.model}`),
      description: one.what[locale],
      figures: stays ? <span>{t('now')}</span> : undefined,
      disabledReason:
        stays || (one.available && !refused)
          ? undefined
          : refused
            ? t('moveRefused', { from: d(`model.${tenant.model}`), to: d(`model.${one.model}`) })
            : (one.notYet?.[locale] ?? t('notYet')),
    };
  });
  return (
    <Section title={t('model')} hint={t('modelHint')} id="model">
      <RadioRows
        label={t('model')}
        rows={rows}
        value={form.model}
        onValueChange={(model) => set({ model: model as DeploymentModel })}
      />
      {form.model !== tenant.model && <p className="mt-3 text-12 text-ink-2">{t('moveWhat')}</p>}
    </Section>
  );
}

function PlanSection({ tenant, form, set }: PartProps) {
  const t = useTranslations('change');
  const c = useTranslations('catalogue');
  const d = useTranslations('domain');
  const { plans } = tenant.manifest;
  const columns = plans.map((plan) => ({
    code: plan.code,
    price: plan.code === tenant.plan ? t('now') : '',
    disabledReason:
      plan.code === tenant.plan || (plan.orderable && plan.models.includes(form.model))
        ? undefined
        : plan.orderable
          ? t('planNotForModel', { plan: plan.code, model: d(`model.${form.model}`) })
          : t('planByQuote', { plan: plan.code }),
  }));
  const row = (label: string, of: (plan: PlanSpec) => string) => ({
    label,
    values: Object.fromEntries(plans.map((plan) => [plan.code, of(plan)])),
  });
  return (
    <Section title={t('plan')} hint={t('planHint')} id="plan">
      <PlanTable
        label={t('plan')}
        plans={columns}
        value={form.plan}
        onValueChange={(plan) => set({ plan: plan as PlanCode })}
        rows={[
          row(c('plan.storage'), ({ quotas }) => `${quotas.storageGib} GiB`),
          row(c('plan.rate'), ({ quotas }) => `${quotas.rps}, ${quotas.burst} rps`),
          row(c('plan.connections'), ({ quotas }) => `${quotas.apiConnections}, ${quotas.sqlConnections}`),
          row(c('plan.modules'), (plan) =>
            plan.modulesIncluded === 0 ? c('plan.core') : c('plan.corePlus', { count: plan.modulesIncluded }),
          ),
        ]}
      />
    </Section>
  );
}

function ModuleSection({ tenant, form, set }: PartProps) {
  const t = useTranslations('change');
  const locale = useLocale();
  const rows = tenant.manifest.modules.map((module) => {
    const included = module.includedIn.includes(form.plan);
    const has = tenant.modules.includes(module.code);
    return {
      value: module.code,
      label: module.name[locale],
      code: module.code,
      description: module.effect[locale],
      figure: included ? t('included') : has ? t('now') : undefined,
      disabledReason: module.selectable || has ? undefined : (module.notYet?.[locale] ?? t('notYet')),
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

/** Errors that the server tied to one parameter, by its name. */
function useParameterErrors({ refusal }: ChangeState): Readonly<Record<string, string>> {
  const t = useTranslations('change');
  const fault = refusal?.fault;
  if (fault?.code === 'parameter_kept') return { [fault.name]: t(`kept.${fault.rule}`, { from: fault.from }) };
  if (fault?.code !== 'params_invalid') return {};
  return Object.fromEntries(fault.issues.map(({ path, message }) => [path, message]));
}

function ParameterSection({ tenant, form, set, state }: PartProps & { readonly state: ChangeState }) {
  const t = useTranslations('change');
  const locale = useLocale();
  const errors = useParameterErrors(state);
  const { schema, fields } = tenant.manifest.parameters;
  const settled = fields.filter(({ change }) => change === 'fixed');
  return (
    <Section title={t('parameters')} hint={t('parametersHint')} id="parameters">
      <ParameterGrid
        fields={fields.filter(({ change }) => change !== 'fixed')}
        schema={schema}
        model={form.model}
        params={form.params}
        errors={errors}
        onChange={(params) => set({ params })}
      />
      {settled.length > 0 && (
        <p className="mt-4 text-12 text-ink-3">
          {t('settled', {
            list: settled.map(({ name, label }) => `${label[locale]} ${words(form.params[name])}`).join(' · '),
          })}
        </p>
      )}
    </Section>
  );
}

/** A settled value: text, a number, or a list of them. */
const words = (value: unknown): string =>
  Array.isArray(value) ? value.join(', ') : JSON.stringify(value ?? '').replaceAll('"', '');

import type { Metadata } from 'next';
import { getLocale, getTranslations } from 'next-intl/server';
import { api, orNotFound } from '@/app/_trpc/server.ts';
import { Badge, StateBadge } from '@/app/_ui/badge.tsx';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { Id } from '@/app/_ui/id.tsx';
import { KeyValues } from '@/app/_ui/key-values.tsx';
import { Page } from '@/app/_ui/page.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { Spine } from '@/app/_ui/spine.tsx';
import { Tabs } from '@/app/_ui/tabs.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import { Proven } from '../proven.tsx';
import { OFFERING_TABS, OfferingTab } from './offering-tab.tsx';

type Offering = RouterOutputs['catalogue']['bySlug'];

async function read(params: PageProps<'/catalogue/[slug]'>['params']): Promise<Offering> {
  return orNotFound(api.catalogue.bySlug({ slug: (await params).slug }));
}

export async function generateMetadata({ params }: PageProps<'/catalogue/[slug]'>): Promise<Metadata> {
  const [offering, locale] = await Promise.all([read(params), getLocale()]);
  return { title: offering.manifest.name[locale] };
}

async function Rail({ offering }: { readonly offering: Offering }) {
  const [t, locale] = await Promise.all([getTranslations('catalogue'), getLocale()]);
  return (
    <>
      <Panel title={t('proofTitle')} padded>
        <p>{offering.manifest.proof[locale]}</p>
        <p className="mt-2 text-12 text-ink-3">
          {offering.lastProof ? <Proven at={offering.lastProof.at} ms={offering.lastProof.ms} /> : t('notProven')}
        </p>
      </Panel>
      <Panel padded>
        <KeyValues
          rows={[
            { label: t('version'), value: <span className="id">{offering.manifest.version}</span> },
            { label: t('published'), value: <When at={offering.publishedAt} /> },
            { label: t('regions'), value: offering.regions.map((region) => region.name[locale]).join(', ') || '–' },
            { label: t('priceBook'), value: offering.priceBook?.version ?? '–' },
            { label: t('manifest'), value: <Id value={offering.sha256} /> },
          ]}
        />
      </Panel>
    </>
  );
}

export default async function OfferingPage({ params, searchParams }: PageProps<'/catalogue/[slug]'>) {
  const [offering, query, t, d, locale] = await Promise.all([
    read(params),
    searchParams,
    getTranslations('catalogue'),
    getTranslations('domain'),
    getLocale(),
  ]);
  const { manifest } = offering;
  const available = OFFERING_TABS.filter((key) => key !== 'api' || manifest.api !== null);
  const current = available.find((one) => one === query['tab']) ?? 'processes';
  const base = `/catalogue/${manifest.slug}`;
  const forOrg = typeof query['for'] === 'string' ? `?for=${encodeURIComponent(query['for'])}` : '';
  return (
    <Page
      title={manifest.name[locale]}
      badge={
        <>
          <Spine hue={manifest.hue} height={20} />
          <Badge>{manifest.version}</Badge>
          {manifest.lifecycle !== 'ga' && (
            <StateBadge tone="run" word={d(`offeringState.${manifest.lifecycle}`)} live={false} />
          )}
        </>
      }
      facts={<span className="max-w-prose">{manifest.summary[locale]}</span>}
      crumbs={[{ label: manifest.name[locale] }]}
      actions={
        offering.orderable ? (
          <ButtonLink kind="primary" href={`${base}/configure${forOrg}`}>
            {t('configure')}
          </ButtonLink>
        ) : (
          <span className="text-12 text-ink-3">{t('notOrderable')}</span>
        )
      }
      tabs={
        <Tabs
          label={t('parts')}
          current={current}
          items={available.map((key) => ({
            key,
            label: t(`tab.${key}`),
            href: key === 'processes' ? base : `${base}?tab=${key}`,
          }))}
        />
      }
      rail={<Rail offering={offering} />}
    >
      <OfferingTab offering={offering} tab={current} />
    </Page>
  );
}

'use client';

import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import { shortenUrn } from '@/app/_ui/format.ts';
import { Id } from '@/app/_ui/id.tsx';
import { JsonView } from '@/app/_ui/json-view.tsx';
import { Panel } from '@/app/_ui/panel.tsx';
import { When } from '@/app/_ui/when.tsx';
import type { Tenant } from './tenant.ts';

type Resource = Tenant['resources'][number];
interface Branch {
  readonly resource: Resource;
  readonly depth: number;
}

/** Parents before their children, in the order of the state. */
function asTree(resources: readonly Resource[], parentUrn = '', depth = 0): Branch[] {
  const urns = new Set(resources.map((resource) => resource.urn));
  const isChild = (resource: Resource): boolean =>
    depth === 0 ? !urns.has(resource.parentUrn) : resource.parentUrn === parentUrn;
  return resources
    .filter(isChild)
    .flatMap((resource) => [{ resource, depth }, ...asTree(resources, resource.urn, depth + 1)]);
}

function ResourceRow({ resource, depth }: Branch) {
  const t = useTranslations('tenant');
  const [open, setOpen] = useState(false);
  const { type, name } = shortenUrn(resource.urn);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-7 w-full items-center gap-2 px-4 py-0.5 text-left hover:bg-hover"
        style={{ paddingLeft: 16 + depth * 20 }}
      >
        <ChevronRight className={open ? 'size-3 rotate-90' : 'size-3'} />
        <span className="id w-36 shrink-0 truncate text-ink-3">{type || resource.type}</span>
        <span className="id min-w-0 flex-1 truncate">{name || resource.name}</span>
        <span className="id hidden min-w-0 truncate text-ink-3 sm:inline">{resource.providerId}</span>
        <span className="w-24 shrink-0 text-right text-12 text-ink-3">
          <When at={resource.modifiedAt} />
        </span>
      </button>
      {open && (
        <div className="grid gap-2 border-y border-line bg-sunken px-4 py-3">
          <div className="flex flex-wrap items-center gap-2 text-12">
            <span className="text-ink-3">{t('urn')}</span>{' '}
            <Id value={resource.urn} text={resource.urn} className="break-all" />
          </div>
          <JsonView label={t('outputs')} text={JSON.stringify(resource.outputs, null, 2)} />
        </div>
      )}
    </li>
  );
}

/** What the tenant is made of, as the engine's state has it; secrets are masked. */
export function ResourcesTab({ tenant }: { readonly tenant: Tenant }) {
  const t = useTranslations('tenant');
  if (tenant.resources.length === 0) return <EmptyState title={t('noResources')}>{t('noResourcesBody')}</EmptyState>;
  return (
    <Panel
      title={t('tab.resources')}
      side={<span className="num">{t('resourceCount', { count: tenant.resources.length })}</span>}
    >
      <ul className="divide-y divide-line">
        {asTree(tenant.resources).map((branch) => (
          <ResourceRow key={branch.resource.urn} {...branch} />
        ))}
      </ul>
    </Panel>
  );
}

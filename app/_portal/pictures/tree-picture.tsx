'use client';

import { ChevronRight } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { Badge } from '@/app/_ui/badge.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { cx } from '@/app/_ui/cx.ts';
import { type Row } from './cells.ts';
import { countBranches, growTrees, type Branch, type TreePicture as Spec } from './tree-data.ts';

/** Branches shown of one parent before one asks for the rest. */
const SHOWN = 20;
const OPEN_DEPTH = 2;

/** What is in what. */
export function TreePicture({ picture, rows }: { readonly picture: Spec; readonly rows: readonly Row[] }) {
  const locale = useLocale();
  return <Branches branches={growTrees(picture, rows, locale)} depth={0} />;
}

function Branches({ branches, depth }: { readonly branches: readonly Branch[]; readonly depth: number }) {
  const t = useTranslations('pictures');
  const [all, setAll] = useState(false);
  const shown = all ? branches : branches.slice(0, SHOWN);
  return (
    <ul className={cx(depth > 0 && 'ml-[7px] border-l border-line pl-4')}>
      {shown.map((branch) => (
        <Twig key={branch.id} branch={branch} depth={depth} />
      ))}
      {shown.length < branches.length && (
        <li className="py-1">
          <Button size="sm" kind="ghost" onClick={() => setAll(true)}>
            {t('showMore', { count: branches.length - shown.length })}
          </Button>
        </li>
      )}
    </ul>
  );
}

function Twig({ branch, depth }: { readonly branch: Branch; readonly depth: number }) {
  const t = useTranslations('pictures');
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const { label, type, state, note, children } = branch;
  const words = (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2">
      <span className="min-w-0 break-all">{label}</span>
      {type !== '' && <span className="text-12 text-ink-3">{type}</span>}
      {state !== '' && <Badge>{state}</Badge>}
      {note !== '' && <span className="text-12 text-ink-3">{note}</span>}
      {children.length > 0 && (
        <span className="num text-12 text-ink-3">{t('inside', { count: countBranches(children) })}</span>
      )}
    </span>
  );
  if (children.length === 0) return <li className="py-1 pl-[22px]">{words}</li>;
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center gap-2 rounded-sm py-1 text-left hover:bg-hover"
      >
        <ChevronRight className={cx('shrink-0 text-ink-3', open && 'rotate-90')} />
        {words}
      </button>
      {open && <Branches branches={children} depth={depth + 1} />}
    </li>
  );
}

'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, Clock3 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { cx } from '@/app/_ui/cx.ts';
import { formatNumber } from '@/app/_ui/format.ts';
import { RailPart } from '@/app/_ui/rail.tsx';
import { canonicalEntry, CHAIN_START_HASH, chainHash } from '@/server/domain/audit-chain.ts';
import type { Entry } from './entry.ts';

type Proof = 'match' | 'mismatch' | 'unlinked' | 'unavailable';

/** Computes the hash of what is shown, not of what the server says was hashed. */
async function prove(entry: Entry): Promise<Proof> {
  const { chainSeq, prevHash, hash, previous, next } = entry;
  if (chainSeq === null || prevHash === null) return 'unavailable';
  if (globalThis.crypto?.subtle === undefined) return 'unavailable';
  const canonical = canonicalEntry({ ...entry, organisationId: entry.organisation.id });
  if (canonical !== entry.canonical || (await chainHash(prevHash, chainSeq, canonical)) !== hash) return 'mismatch';
  const before = previous?.hash ?? (chainSeq === 1n ? CHAIN_START_HASH : null);
  return before === prevHash && (next === null || next.prevHash === hash) ? 'match' : 'unlinked';
}

const number = (seq: bigint): string => formatNumber(Number(seq));

/** `c07e 51aa 93d4 … 88f0`: enough to compare by eye. */
const inGroups = (hash: string): string =>
  `${hash.slice(0, 4)} ${hash.slice(4, 8)} ${hash.slice(8, 12)} … ${hash.slice(-4)}`;

function Link({
  seq,
  hash,
  own = false,
}: {
  readonly seq: string;
  readonly hash: string | null;
  readonly own?: boolean;
}) {
  return (
    <li
      className={cx(
        '-mx-2 flex items-baseline justify-between gap-3 rounded-sm px-2 py-0.5',
        own ? 'bg-sunken font-medium text-ink' : 'text-ink-3',
      )}
      {...(own && { 'aria-current': true })}
    >
      <span className="num">{seq}</span>
      <span className="id text-inherit" title={hash ?? undefined}>
        {hash === null ? '' : inGroups(hash)}
      </span>
    </li>
  );
}

const LOOK = {
  computing: [Clock3, 'text-ink-3'],
  match: [CircleCheck, 'text-ok'],
  mismatch: [CircleX, 'text-bad'],
  unlinked: [CircleX, 'text-bad'],
  unavailable: [Clock3, 'text-ink-3'],
} as const satisfies Record<Proof | 'computing', unknown>;

/** The entry between its neighbours, with its hash computed anew in this browser. */
export function ChainProof({ entry }: { readonly entry: Entry }) {
  const t = useTranslations('audit.chain');
  const sealed = entry.chainSeq !== null;
  const { data } = useQuery({
    queryKey: ['audit-chain', entry.id, String(entry.chainSeq), entry.next?.hash ?? ''],
    queryFn: () => prove(entry),
    enabled: sealed,
    staleTime: Infinity,
  });
  if (!sealed) {
    return (
      <RailPart title={t('title')}>
        <p className="text-12 text-ink-3">{t('waiting')}</p>
      </RailPart>
    );
  }
  const proof = data ?? 'computing';
  const [Icon, color] = LOOK[proof];
  return (
    <RailPart
      title={t('title')}
      side={
        <output className={cx('flex items-center gap-1', color)}>
          <Icon className="size-[13px]" />
          {t(proof)}
        </output>
      }
    >
      <ol>
        {entry.previous ? (
          <Link seq={number(entry.previous.chainSeq)} hash={entry.previous.hash} />
        ) : (
          <Link seq={t('start')} hash={CHAIN_START_HASH} />
        )}
        <Link seq={number(entry.chainSeq ?? 0n)} hash={entry.hash} own />
        {entry.next ? (
          <Link seq={number(entry.next.chainSeq)} hash={entry.next.hash} />
        ) : (
          <Link seq={t('end')} hash={null} />
        )}
      </ol>
      <p className="mt-2 text-12 text-ink-3">
        {proof === 'mismatch' || proof === 'unlinked' ? t('broken') : t('proved')}
      </p>
    </RailPart>
  );
}

'use client';

import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { useClock } from '@/app/_ui/use-clock.ts';
import { useRuleWords } from '@/app/_portal/approval-parts.tsx';
import { shortHash } from '@/app/_portal/short-hash.ts';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { formatDateTime } from '@/app/_ui/format-time.ts';
import { WaitBlock } from '@/app/_ui/wait-block.tsx';
import type { Order } from './order.ts';

const REFRESH_MS = 10_000;

interface Props {
  readonly order: Order;
  readonly mayApprove: boolean;
}

/** What the order waits for, since when, and who can act. */
function Waiting({ order, mayApprove }: Props) {
  const t = useTranslations('order');
  const ruleWords = useRuleWords();
  const now = useClock(REFRESH_MS);
  const asked = order.approvals.find((approval) => approval.state === 'pending');
  return (
    <WaitBlock
      title={t('wait.approval', { hash: shortHash(asked?.planHash ?? order.planHash) })}
      elapsedMs={Math.max(0, now.getTime() - (asked?.requestedAt ?? order.createdAt).getTime())}
      why={ruleWords(asked?.rule ?? order.waitsFor)}
      who={t('wait.who')}
      meanwhile={t('wait.meanwhile')}
      {...(asked &&
        mayApprove && {
          actions: (
            <ButtonLink size="sm" href={`/admin/approvals?id=${asked.id}`}>
              {t('openApproval')}
            </ButtonLink>
          ),
        })}
    />
  );
}

function Rejected({ order }: { readonly order: Order }) {
  const t = useTranslations('order.outcome');
  const rejected = order.approvals.find((approval) => approval.state === 'rejected');
  return (
    <Callout
      tone="bad"
      live
      title={rejected?.decidedBy ? t('rejected', { name: rejected.decidedBy.name }) : t('rejectedPlain')}
    >
      {rejected !== undefined && rejected.reason !== '' && <p className="break-words">“{rejected.reason}”</p>}
      <p>{t('rejectedBody')}</p>
    </Callout>
  );
}

/** Where the order stands, in one sentence with the next step. */
export function OrderNotice({ order, mayApprove }: Props) {
  const t = useTranslations('order.outcome');
  const d = useTranslations('domain');
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const run = order.runs[0];
  switch (order.state) {
    case 'awaiting_approval':
      return <Waiting order={order} mayApprove={mayApprove} />;
    case 'accepted':
      return (
        <Callout tone="info" live>
          {run ? t('building', { number: run.number, state: d(`runState.${run.state}`) }) : t('accepted')}
        </Callout>
      );
    case 'fulfilled': {
      const at = formatDateTime(order.fulfilledAt ?? order.createdAt, locale, timeZone);
      return (
        <Callout tone="ok" live>
          {t('fulfilled', { tenant: order.tenant.name, at })}
        </Callout>
      );
    }
    case 'failed':
      return (
        <Callout tone="bad" live title={t('failed', { number: run?.number ?? 1 })}>
          {t('failedBody')}
        </Callout>
      );
    case 'rejected':
      return <Rejected order={order} />;
    case 'cancelled':
    case 'expired':
      return (
        <Callout tone="info" live>
          {t(order.state)}
        </Callout>
      );
    default:
      return null;
  }
}

'use client';

import { useMutation } from '@tanstack/react-query';
import { ArrowRight, Check, Globe, List } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { FaultState } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Callout } from '@/app/_ui/callout.tsx';
import { ButtonLink } from '@/app/_ui/button.tsx';
import { CodePair, type CodeAnswer } from '@/app/_ui/code-pair.tsx';
import { EmptyState } from '@/app/_ui/empty-state.tsx';
import type { RouterOutputs } from '@/server/api/root.ts';
import type { ApiDescription, TryCall } from '@/server/domain/manifest.ts';
import { bodyText, missingOf, newMemo, otherCalls, publicPageHref, remember, type Memo } from './try-calls.ts';
import type { Tenant } from './tenant.ts';

type Answer = RouterOutputs['tenants']['callApi'];

const keyOf = (call: TryCall): string => `${call.kind} ${call.name}`;

/** A JSON object from the editor, or null when it is none. */
function parseBody(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

interface Session {
  readonly memo: Memo;
  readonly done: ReadonlySet<string>;
  readonly current: TryCall;
  readonly text: string;
  readonly key: string;
  readonly answer: Answer | null;
}

function useSession(guided: readonly TryCall[], seed: string) {
  const [session, setSession] = useState<Session>(() => {
    const memo = newMemo(seed);
    const current = guided[0]!;
    return { memo, done: new Set(), current, text: bodyText(current, memo), key: seed, answer: null };
  });
  const choose = (call: TryCall): void =>
    setSession((before) => ({
      ...before,
      current: call,
      text: bodyText(call, before.memo),
      key: crypto.randomUUID(),
      answer: null,
    }));
  const type = (text: string): void => setSession((before) => ({ ...before, text, key: crypto.randomUUID() }));
  const take = (answer: Answer): void =>
    setSession((before) => {
      const memo = answer.status < 400 ? remember(before.memo, before.current, answer.body) : before.memo;
      const done = answer.status < 400 ? new Set([...before.done, keyOf(before.current)]) : before.done;
      return { ...before, memo, done, answer };
    });
  return { session, choose, type, take };
}

function CallList({
  calls,
  title,
  current,
  done,
  onChoose,
}: {
  readonly calls: readonly TryCall[];
  readonly title: string;
  readonly current: TryCall;
  readonly done: ReadonlySet<string>;
  readonly onChoose: (call: TryCall) => void;
}) {
  const locale = useLocale();
  return (
    <div className="p-2">
      <div className="px-2 pt-1 pb-1 text-12 text-ink-3">{title}</div>
      {calls.map((call) => (
        <button
          key={keyOf(call)}
          type="button"
          className="nav-item w-full"
          {...(keyOf(call) === keyOf(current) && { 'aria-current': 'true' as const })}
          onClick={() => onChoose(call)}
        >
          {done.has(keyOf(call)) ? <Check className="text-ok" /> : call.kind === 'view' ? <List /> : <ArrowRight />}
          <span className="min-w-0 truncate" title={call.name}>
            {call.title[locale]}
          </span>
        </button>
      ))}
    </div>
  );
}

function toCodeAnswer(answer: Answer | null, words: { replayed: string }): CodeAnswer | null {
  if (answer === null) return null;
  const problem = answer.body as { title?: string } | null;
  const replayed = answer.headers['idempotency-replayed'] === 'true';
  return {
    status: answer.status < 400 ? String(answer.status) : `${answer.status} ${problem?.title ?? ''}`.trim(),
    ok: answer.status < 400,
    durationMs: answer.ms,
    body: JSON.stringify(answer.body, null, 2),
    ...(replayed && { facts: words.replayed }),
  };
}

function toCurl(url: string, call: TryCall, text: string, key: string): string {
  const auth = "-H 'Authorization: Bearer $API_KEY'".replaceAll("'", '"');
  if (call.kind === 'view') return `curl ${auth} ${url}/${call.name}`;
  return `curl -X POST ${auth} -H "Content-Type: application/json" -H "Idempotency-Key: ${key}" -d '${text.replaceAll("'", String.raw`'\''`)}' ${url}/${call.name}`;
}

/** Calls of the tenant's own API, in the order in which its business goes; each answer fills the next request. */
export function TryTab({
  tenant,
  mayCall,
  seed,
}: {
  readonly tenant: Tenant;
  readonly mayCall: boolean;
  readonly seed: string;
}) {
  const t = useTranslations('tenant');
  const { api, tryIt } = tenant.manifest;
  if (api === null || tryIt.length === 0 || tenant.endpoints.length === 0 || tenant.state === 'retired') {
    return <EmptyState title={t('try.none')}>{t('try.noneBody')}</EmptyState>;
  }
  return (
    <TryPanel
      tenant={tenant}
      api={api}
      mayCall={mayCall}
      seed={seed}
      calls={tryIt}
      others={otherCalls(api, tryIt, tenant.modules)}
    />
  );
}

function TryPanel({
  tenant,
  api,
  mayCall,
  seed,
  calls,
  others,
}: {
  readonly tenant: Tenant;
  readonly api: ApiDescription;
  readonly mayCall: boolean;
  readonly seed: string;
  readonly calls: readonly TryCall[];
  readonly others: readonly TryCall[];
}) {
  const t = useTranslations('tenant');
  const { session, choose, type, take } = useSession(calls, seed);
  const send = useMutation(useTRPC().tenants.callApi.mutationOptions({ onSuccess: take }));
  const { current, text, key, answer } = session;
  const url = tenant.endpoints[0]!.url;
  const edgeApi = tenant.model === 'hybrid' ? tenant.manifest.edgeApi : undefined;
  const isFunction = current.kind === 'function';
  const body = parseBody(text);
  const missing = missingOf(text);
  const refusal = !mayCall
    ? t('needsRight', { right: 'tenant:call' })
    : body === null
      ? t('try.notJson')
      : missing === null
        ? undefined
        : t('try.missing', { name: missing });
  const submit = (): void => {
    if (refusal === undefined && body !== null)
      send.mutate({
        tenantId: tenant.id,
        kind: current.kind,
        name: current.name,
        body,
        ...(isFunction && { idempotencyKey: key }),
      });
  };
  const failure = send.error ? describeError(send.error) : null;
  const next = calls[calls.findIndex((call) => keyOf(call) === keyOf(current)) + 1];
  const answered = answer !== null && answer.status < 400;
  const pageHref = answered ? publicPageHref({ api, edgeApi, url }, current, send.variables?.body ?? {}) : null;
  const offerNext = answered && next !== undefined;
  return (
    <>
      {failure && <FaultState fault={failure.fault} requestId={failure.requestId} />}
      <section className="panel grid grid-cols-[minmax(0,1fr)] overflow-hidden lg:grid-cols-[220px_minmax(0,1fr)]">
        <div className="max-h-[70vh] overflow-y-auto border-line max-lg:border-b lg:border-r">
          <CallList calls={calls} title={t('try.guided')} current={current} done={session.done} onChoose={choose} />
          <CallList calls={others} title={t('try.more')} current={current} done={session.done} onChoose={choose} />
        </div>
        <CodePair
          method={isFunction ? 'POST' : 'GET'}
          path={`${new URL(url).pathname}/${current.name}`}
          headers={
            isFunction
              ? [
                  ['authorization', t('try.signed')],
                  ['idempotency-key', key],
                ]
              : [['authorization', t('try.signed')]]
          }
          body={text}
          {...(isFunction && { onBodyChange: type })}
          sendLabel={t('try.send')}
          busyLabel={t('try.sending')}
          onSend={submit}
          busy={send.isPending}
          sendDisabledReason={refusal}
          answer={toCodeAnswer(answer, { replayed: t('try.replayed') })}
          curl={toCurl(url, current, text, key)}
          note={t('try.note')}
          {...((offerNext || pageHref !== null) && {
            answerNote: (
              <>
                {offerNext && (
                  <button type="button" className="btn btn-sm" onClick={() => choose(next)}>
                    {t('try.next')} <ArrowRight />
                  </button>
                )}
                {pageHref !== null && (
                  <ButtonLink kind="ghost" size="sm" href={pageHref} icon={<Globe />}>
                    {t('try.page')}
                  </ButtonLink>
                )}
              </>
            ),
          })}
        />
      </section>
      {tenant.state !== 'active' && tenant.state !== 'degraded' && <Callout tone="wait">{t('try.notOpen')}</Callout>}
    </>
  );
}

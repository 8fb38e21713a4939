'use client';

import { Terminal } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState, type ReactNode } from 'react';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import { formatDuration } from './format-time.ts';
import { useModKey } from './mod-key.tsx';
import { JsonText, JsonView } from './json-view.tsx';

export interface CodeAnswer {
  /** "200 OK", "422 Wrong amount". */
  readonly status: string;
  readonly ok: boolean;
  readonly durationMs: number;
  /** "46 of 100 rps left". */
  readonly facts?: ReactNode;
  readonly body: string;
}

export interface CodePairProps {
  readonly method: string;
  readonly path: string;
  /** Secrets come masked. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Makes the body editable. */
  readonly onBodyChange?: (body: string) => void;
  readonly sendLabel: string;
  readonly busyLabel: string;
  readonly onSend: () => void;
  readonly busy?: boolean;
  readonly sendDisabledReason?: string | undefined;
  readonly answer: CodeAnswer | null;
  /** The same call for a terminal. */
  readonly curl?: string;
  /** Below the request. */
  readonly note?: ReactNode;
  /** Below the answer: what it means, the next thing to do. */
  readonly answerNote?: ReactNode;
}

const CODE = 'font-mono text-12 leading-5 whitespace-pre-wrap break-words';

/** A textarea over its own coloured copy: same letters at the same places. */
function Editor({
  label,
  text,
  onChange,
  onSend,
}: {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSend: () => void;
}) {
  return (
    <div className="relative grid min-h-40 flex-1 focus-within:outline-2 focus-within:-outline-offset-2 focus-within:outline-link">
      <pre aria-hidden className={cx('p-4 *:whitespace-pre-wrap', CODE)}>
        <JsonText text={`${text}\n`} />
      </pre>
      <textarea
        aria-label={label}
        value={text}
        spellCheck={false}
        autoCapitalize="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
            event.preventDefault();
            onSend();
          }
        }}
        className={cx(
          'absolute inset-0 resize-none overflow-hidden bg-transparent p-4 text-transparent caret-ink outline-none',
          CODE,
        )}
      />
    </div>
  );
}

function CopyCurl({ curl }: { readonly curl: string }) {
  const t = useTranslations('ui');
  const [copied, setCopied] = useState(false);
  const copy = (): void => void navigator.clipboard.writeText(curl).then(() => setCopied(true));
  return (
    <Button
      size="sm"
      kind="ghost"
      icon={<Terminal />}
      className="ml-auto"
      onClick={copy}
      onBlur={() => setCopied(false)}
    >
      {copied ? t('copied') : t('code.copyCurl')}
    </Button>
  );
}

/** Request and answer side by side, below each other on small screens. */
export function CodePair(props: CodePairProps) {
  const {
    method,
    path,
    headers,
    body,
    onBodyChange,
    sendLabel,
    busyLabel,
    onSend,
    busy = false,
    sendDisabledReason,
    answer,
    curl,
    note,
    answerNote,
  } = props;
  const t = useTranslations('ui.code');
  const mod = useModKey();
  const locale = useLocale();
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] xl:grid-cols-2">
      <section aria-label={t('request')} className="flex min-w-0 flex-col border-line xl:border-r">
        <div className="flex min-h-10 items-center gap-2 border-b border-line px-4 py-1">
          <Badge tone={method === 'GET' ? 'off' : 'run'}>{method}</Badge>
          <span className="id truncate" title={path}>
            {path}
          </span>
          <Button
            size="sm"
            kind="primary"
            className="ml-auto"
            busy={busy}
            busyLabel={busyLabel}
            disabledReason={sendDisabledReason}
            onClick={onSend}
          >
            {sendLabel}
            <span aria-hidden className="font-mono text-11 opacity-70">
              {mod === '⌘' ? '⌘↵' : 'Ctrl ↵'}
            </span>
          </Button>
        </div>
        <dl className="grid gap-x-2 gap-y-1 border-b border-line px-4 py-2.5 font-mono text-12 text-ink-2">
          {headers.map(([name, value]) => (
            <div key={name} className="flex min-w-0 gap-2">
              <dt className="shrink-0 text-ink-3">{name}</dt>
              <dd className="min-w-0 truncate" title={value}>
                {value}
              </dd>
            </div>
          ))}
        </dl>
        {onBodyChange ? (
          <Editor label={t('requestBody')} text={body} onChange={onBodyChange} onSend={onSend} />
        ) : (
          body !== '' && <JsonView label={t('requestBody')} text={body} className="flex-1" />
        )}
        {note !== undefined && <div className="mt-auto border-t border-line px-4 py-2 text-12 text-ink-3">{note}</div>}
      </section>
      <section
        aria-label={t('answer')}
        aria-live="polite"
        className="flex min-w-0 flex-col max-xl:border-t max-xl:border-line"
      >
        <div className="flex min-h-10 items-center gap-3 border-b border-line px-4 py-1 text-12">
          {answer === null ? (
            <span className="text-ink-3">{t('notSent')}</span>
          ) : (
            <>
              <Badge tone={answer.ok ? 'ok' : 'bad'} className="shrink-0">
                {answer.status}
              </Badge>
              <span className="num whitespace-nowrap text-ink-3">{formatDuration(answer.durationMs, locale)}</span>
              {answer.facts !== undefined && (
                <span className="num truncate text-ink-3 max-sm:hidden">{answer.facts}</span>
              )}
            </>
          )}
          {curl !== undefined && <CopyCurl curl={curl} />}
        </div>
        {answer !== null && <JsonView label={t('answerBody')} text={answer.body} className="max-h-[60vh] flex-1" />}
        {answerNote !== undefined && (
          <div className="mt-auto flex flex-wrap items-center gap-3 border-t border-line bg-sunken px-4 py-2 text-12 text-ink-2">
            {answerNote}
          </div>
        )}
      </section>
    </div>
  );
}

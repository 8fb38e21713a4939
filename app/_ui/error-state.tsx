import { CircleX, Lock } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Id } from './id.tsx';

export interface ErrorStateProps {
  /** What happened. */
  readonly title: string;
  /** What was not changed, and why it happened if that is known. */
  readonly children?: ReactNode;
  readonly code?: string;
  readonly requestId?: string | null | undefined;
  /** What to do: a button first, links after. */
  readonly actions?: ReactNode;
}

/** An error in its place; the page around it stays. */
export function ErrorState({ title, children, code, requestId, actions }: ErrorStateProps) {
  const t = useTranslations('ui.error');
  return (
    <div role="alert" className="panel flex items-start gap-3 border-bad-dot/50 px-4 py-3">
      <CircleX className="mt-0.5 size-4 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        {children !== undefined && <div className="mt-0.5 max-w-prose text-ink-2">{children}</div>}
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2">
          {actions}
          <span className="ml-auto flex flex-wrap items-center gap-x-3 text-12 text-ink-3">
            {code !== undefined && (
              <span className="id" title={t('code')}>
                {code}
              </span>
            )}
            {requestId && <Id value={requestId} />}
          </span>
        </div>
      </div>
    </div>
  );
}

/** Not allowed: the right that is needed, and who can give it. */
export function DeniedState({
  title,
  right,
  people,
  actions,
}: {
  readonly title: string;
  readonly right: string;
  readonly people?: string;
  readonly actions?: ReactNode;
}) {
  const t = useTranslations('errors');
  return (
    <div className="panel flex items-start gap-3 px-4 py-3">
      <Lock className="mt-0.5 size-4 text-ink-3" />
      <div className="min-w-0">
        <p className="font-semibold">{title}</p>
        <p className="mt-0.5 text-ink-2">
          {t('deniedBody', { right })} {people !== undefined && t('deniedWho', { people })}
        </p>
        {actions !== undefined && <div className="mt-2 flex gap-2">{actions}</div>}
      </div>
    </div>
  );
}

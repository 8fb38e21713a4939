import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';

export interface EmptyStateProps {
  readonly title: string;
  /** What it is, for somebody who sees it for the first time. */
  readonly children?: ReactNode;
  /** One action. */
  readonly actions?: ReactNode;
  /** The same on the command line. */
  readonly command?: string;
  readonly heading?: 'h1' | 'h2' | 'h3';
}

/** Nothing here yet: what it is, one action, the command. */
export function EmptyState({ title, children, actions, command, heading: Heading = 'h2' }: EmptyStateProps) {
  return (
    <div className="panel px-6 py-8">
      <Heading className="text-14">{title}</Heading>
      {children !== undefined && <div className="mt-1 max-w-prose text-ink-2">{children}</div>}
      {(actions !== undefined || command !== undefined) && (
        <div className="mt-4 grid justify-items-start gap-3">
          {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
          {command !== undefined && (
            <div className="flex max-w-full items-center gap-2 rounded-md bg-sunken py-1 pr-1.5 pl-3 text-ink-2">
              <code className="id min-w-0 break-words">{command}</code>
              <CopyButton value={command} />
            </div>
          )}
        </div>
      )}
    </div>
  );
}

/** One request on its way: what is known of it, and the answer it gets. */
import type { IncomingMessage } from 'node:http';
import type { Locale } from '../domain/text.ts';

export interface Exchange {
  readonly req: IncomingMessage;
  readonly requestId: string;
  readonly locale: Locale;
  readonly query: URLSearchParams;
  /** Aborts when the caller goes away. */
  readonly signal: AbortSignal;
  /** Headers of the answer, whatever it will be. */
  readonly headers: Record<string, string>;
  /** Facts for log and usage, filled in on the way. */
  readonly note: {
    ref?: string;
    /** Set for calls of a tenant's API: `stranger` until the caller is known, `platform` for smoke and indicators. */
    from?: 'stranger' | 'caller' | 'platform';
    kind?: 'function' | 'view';
    name?: string;
    caller?: string;
    channel?: string;
    code?: string;
    /** Why, for the log alone. */
    cause?: unknown;
  };
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body,
  headers,
});

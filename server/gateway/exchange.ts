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
  /** The `type` of a problem where a standard has its own; set once the address is known to be one's. */
  problemType?: (code: string, status: number) => string | undefined;
  /** Facts for log and usage, filled in on the way. */
  readonly note: {
    ref?: string;
    /** Set for calls of a tenant's API: `stranger` until the caller is known, `platform` for smoke and indicators. */
    from?: 'stranger' | 'caller' | 'platform';
    kind?: 'function' | 'view';
    name?: string;
    binding?: string;
    caller?: string;
    channel?: string;
    code?: string;
    /** Why, for the log alone. */
    cause?: unknown;
  };
}

export interface Answer {
  readonly status: number;
  /** Null for an answer without a body. */
  readonly contentType: string | null;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body,
  headers,
});

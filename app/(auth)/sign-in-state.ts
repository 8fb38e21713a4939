/** What the form shows after a try. */
export type SignInState =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'missing' | 'invalid' | 'failed'; readonly email: string; readonly requestId: string }
  | {
      readonly kind: 'throttled';
      readonly email: string;
      readonly requestId: string;
      readonly retryAfterSeconds: number;
    };

export const REASONS = ['ended', 'revoked', 'signedOut', 'everywhere'] as const;
export type Reason = (typeof REASONS)[number];

export function parseReason(value: string | string[] | undefined): Reason | null {
  return REASONS.find((reason) => reason === value) ?? null;
}

const HERE = 'http://portal.invalid';

/** A path of this portal to go to after signing in; anything that leaves it becomes the start page. */
export function parseReturnTo(value: string | string[] | undefined | FormDataEntryValue | null): string {
  if (typeof value !== 'string' || !value.startsWith('/')) return '/';
  // Parsed as a browser would: "//host", "/\\host" and "/<tab>/host" all leave.
  const target = URL.parse(value, HERE);
  return target?.origin === HERE ? `${target.pathname}${target.search}${target.hash}` : '/';
}

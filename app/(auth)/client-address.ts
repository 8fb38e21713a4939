/**
 * Where a request came from, for throttling and the audit trail.
 * The last entry of `x-forwarded-for`: what the nearest hop saw, which for a directly reached portal is the socket's address.
 */
export function clientAddress(headers: Headers): string {
  return headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() || 'unknown';
}

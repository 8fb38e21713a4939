/** Where a request came from, for limits and the audit trail: the last entry of `x-forwarded-for`, which is what the nearest hop saw. */
export function clientAddress(headers: Headers): string {
  return headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() || 'unknown';
}

/** The content security policy of the portal. Pure. */

/**
 * Scripts run only with the nonce, or when such a script loads them. Style *elements* need the nonce too; style *attributes* are allowed,
 * because widths of bars, hues and the places of popovers are data. Nothing is loaded from another host.
 * @param nonce base64, new for each answer
 * @param development the dev server evaluates code and inserts styles of its own
 */
export function writePolicy(nonce: string, development: boolean): string {
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'self'"],
    'script-src': ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(development ? ["'unsafe-eval'"] : [])],
    'script-src-attr': ["'none'"],
    'style-src': development ? ["'self'", "'unsafe-inline'"] : ["'self'", `'nonce-${nonce}'`],
    'style-src-attr': ["'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...(development ? ['ws:'] : [])],
    'worker-src': ["'self'"],
    'manifest-src': ["'self'"],
    'object-src': ["'none'"],
    'frame-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

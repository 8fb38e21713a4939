/** Runs before every page and handler: a request id, and the content security policy with a nonce of its own. */
import { NextResponse, type NextRequest } from 'next/server';
import { writePolicy } from './app/_shell/content-policy.ts';
import { newId } from './server/domain/ids.ts';

export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = writePolicy(nonce, process.env.NODE_ENV === 'development');
  // Never the caller's own: the id goes into the audit trail.
  const requestId = `req_${newId()}`;

  const headers = new Headers(request.headers);
  headers.set('x-request-id', requestId);
  headers.set('x-nonce', nonce);
  // Layouts do not know the address; the sign-in page leads back to it.
  headers.set('x-pathname', `${request.nextUrl.pathname}${request.nextUrl.search}`);
  // Next reads the nonce for its own scripts from this request header.
  headers.set('content-security-policy', policy);

  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set('x-request-id', requestId);
  return response;
}

export const config = { matcher: ['/((?!_next/static|_next/image|favicon.ico).*)'] };

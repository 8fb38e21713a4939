import { hasSessionCookie } from '@/server/auth/session.ts';
import { clientAddress } from '@/server/auth/client-address.ts';
import { handleApi } from '@/server/api/http.ts';
import { createApiContext, requestIdOf, web } from '@/server/compose/web.ts';

export const dynamic = 'force-dynamic';

async function handle(request: Request): Promise<Response> {
  const { headers } = request;
  const { portalUrl } = web().auth;
  const requestId = requestIdOf(headers);
  return handleApi(request, {
    portalUrl,
    ip: clientAddress(headers),
    requestId,
    byCookie: !headers.has('authorization') && hasSessionCookie(headers, portalUrl),
    createContext: () => createApiContext(headers, requestId),
  });
}

export { handle as GET, handle as POST };

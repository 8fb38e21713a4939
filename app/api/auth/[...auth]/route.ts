import { handleAuth } from '@/server/compose/web.ts';

export const dynamic = 'force-dynamic';

export { handleAuth as GET, handleAuth as POST };

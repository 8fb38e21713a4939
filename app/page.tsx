import { redirect } from 'next/navigation';
import { currentActor } from '@/app/_trpc/server.ts';
import { NAV, NAV_ITEMS } from '@/app/_shell/nav.ts';
import { PERSONA } from '@/server/domain/policy.ts';

/** The start page is the first page of one's navigation. */
export default async function StartPage(): Promise<never> {
  const actor = await currentActor();
  if (actor === null) redirect('/sign-in');
  redirect(NAV_ITEMS[NAV[PERSONA[actor.role]][0].items[0]].href);
}

/**
 * The frame of every signed-in page: who reads it, what waits for them, how the targets are. Route groups use it as their layout; pages
 * below only ask the API for their own data.
 */
import type { Route } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { AppShell } from '@/app/_shell/app-shell.tsx';
import { TrpcProvider } from '@/app/_trpc/client.tsx';
import { api, currentActor } from '@/app/_trpc/server.ts';
import { hasRight, PERSONA, type Actor } from '@/server/domain/policy.ts';
import packageJson from '@/package.json';
import { searchAction } from './search-action.ts';
import { signOutAction, signOutEverywhereAction } from './session-actions.ts';

async function countWaiting(actor: Actor) {
  const pending = hasRight(actor, 'order:approve')
    ? api.approvals.list({ state: ['pending'], limit: 1 }).then((page) => page.total)
    : 0;
  const live = hasRight(actor, 'run:read')
    ? api.runs
        .list({ state: ['queued', 'planning', 'awaiting_approval', 'running'], limit: 1 })
        .then((page) => page.total)
    : 0;
  const [approvals, runs] = await Promise.all([pending, live]);
  return { approvals, runs };
}

async function readHealth(actor: Actor) {
  if (!hasRight(actor, 'target:read')) return undefined;
  const { targets } = await api.targets.list();
  return { healthy: targets.filter((target) => target.healthy).length, total: targets.length };
}

export async function SignedInLayout({ children }: { readonly children: ReactNode }) {
  const actor = await currentActor();
  if (actor === null) {
    const path = (await headers()).get('x-pathname');
    redirect((path ? `/sign-in?returnTo=${encodeURIComponent(path)}` : '/sign-in') as Route);
  }
  const [counts, health, t] = await Promise.all([countWaiting(actor), readHealth(actor), getTranslations('domain')]);
  return (
    <TrpcProvider>
      <AppShell
        persona={PERSONA[actor.role]}
        user={{ name: actor.name, email: actor.email, role: t(`role.${actor.role}`) }}
        org={{ name: actor.orgName }}
        counts={counts}
        version={packageJson.version}
        {...(health !== undefined && { health })}
        search={searchAction}
        signOut={signOutAction}
        signOutEverywhere={signOutEverywhereAction}
      >
        {children}
      </AppShell>
    </TrpcProvider>
  );
}

import { useTranslations } from 'next-intl';
import type { RouterOutputs } from '@/server/api/root.ts';
import { ActionName, RunState } from '@/server/domain/lifecycle.ts';

type Entry = Pick<RouterOutputs['audit']['byId'], 'action' | 'actorName' | 'subjectName'>;
type Words = ((key: string, values: Record<string, string>) => string) & { has(key: string): boolean };

/** An entry as a sentence: who did what to what. Lifecycle actions come from the lifecycle itself, so a new one needs no words here. */
export function useSentence(): (entry: Entry) => string {
  const t = useTranslations('audit') as unknown as Words;
  const d = useTranslations('domain');
  return ({ action, actorName: actor, subjectName: subject }) => {
    if (t.has(`sentence.${action}`)) return t(`sentence.${action}`, { actor, subject });
    const [family, name, end] = action.split('.');
    const lifecycle = ActionName.safeParse(name);
    if (lifecycle.success && family === 'tenant')
      return t('asked', { actor, subject, action: d(`action.${lifecycle.data}`) });
    const state = RunState.safeParse(end);
    if (lifecycle.success && family === 'run' && state.success)
      return t('runEnded', {
        actor,
        subject,
        action: d(`action.${lifecycle.data}`),
        state: d(`runState.${state.data}`),
      });
    return t('other', { actor, subject, action });
  };
}

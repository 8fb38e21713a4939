'use client';

import { useTranslations } from 'next-intl';
import type { DiffChange, DiffRow } from '@/app/_ui/diff-rows.ts';
import type { RouterOutputs } from '@/server/api/root.ts';

export type PlanView = NonNullable<RouterOutputs['previews']['byId']['plan']>;
type Translate = ((key: string, values: Record<string, string>) => string) & { has(key: string): boolean };

const INTERNAL = /^pulumi:(pulumi:Stack|providers:)/;

const consequenceOf = (words: string | null): Pick<DiffRow, 'consequence'> =>
  words === null ? {} : { consequence: words };

/** The engine's plan as rows of a diff: the stack and its providers carry nothing a reader could notice; the rest says what it means. */
export function usePlanRows(): (plan: PlanView) => readonly DiffRow[] {
  const t = useTranslations('plan') as unknown as Translate;
  return (plan) => {
    const moves = plan.resources.some(({ type, operation }) => type.endsWith(':Transfer') && operation === 'create');
    return plan.resources
      .filter((resource) => !INTERNAL.test(resource.type))
      .map((resource) => {
        const key = `consequence.${resource.type.split(':').at(-1)}`;
        const facts = Object.fromEntries(
          Object.entries(resource.inputs)
            .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
            .map(([name, value]) => [name, String(value)]),
        );
        return {
          urn: resource.urn,
          type: resource.type,
          name: resource.name,
          operation: resource.operation,
          changes: resource.changes as readonly DiffChange[],
          inputs: resource.inputs,
          ...consequenceOf(
            resource.operation === 'delete' ? (moves ? t('moved', {}) : null) : t.has(key) ? t(key, facts) : null,
          ),
        };
      });
  };
}

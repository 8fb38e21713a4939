import { ArrowRight } from 'lucide-react';
import { Badge } from '@/app/_ui/badge.tsx';
import type { Manifest } from '@/server/domain/manifest.ts';
import type { Locale } from '@/server/domain/text.ts';

type Machine = NonNullable<Manifest['stateMachine']>;

/** States and where each may go, as a list that reads the same with and without eyes. */
export function StateMachine({
  machine,
  locale,
  to,
  end,
}: {
  readonly machine: Machine;
  readonly locale: Locale;
  readonly to: string;
  readonly end: string;
}) {
  const nameOf = new Map(machine.states.map((state) => [state.code, state.name[locale]]));
  return (
    <ul className="grid gap-2">
      {machine.states.map((state) => {
        const next = machine.transitions.filter((transition) => transition.from === state.code);
        return (
          <li key={state.code} className="flex flex-wrap items-center gap-2">
            <span className="w-40 font-medium">
              {nameOf.get(state.code)} <span className="id block text-ink-3">{state.code}</span>
            </span>
            {next.length === 0 ? (
              <span className="text-12 text-ink-3">{end}</span>
            ) : (
              <>
                <ArrowRight className="text-ink-3" aria-label={to} />
                {next.map((transition) => (
                  <Badge key={transition.to}>{nameOf.get(transition.to)}</Badge>
                ))}
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

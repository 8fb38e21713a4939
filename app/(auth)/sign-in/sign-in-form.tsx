'use client';

import { Eye, EyeOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useActionState, useEffect, useState } from 'react';
import { Callout } from '../../_ui/callout.tsx';
import { Field } from '../../_ui/field.tsx';
import { Id } from '../../_ui/id.tsx';
import { SubmitButton } from '../../_ui/submit-button.tsx';
import { TextInput } from '../../_ui/text-input.tsx';
import { signIn } from '../actions.ts';
import type { SignInState } from '../sign-in-state.ts';

const SECOND_MS = 1000;

/** Whole seconds until the next try, counted down on screen. */
function useSecondsLeft(state: SignInState): number {
  const [waited, setWaited] = useState<{ readonly of: SignInState; readonly seconds: number }>({
    of: state,
    seconds: 0,
  });
  useEffect(() => {
    if (state.kind !== 'throttled') return undefined;
    const since = Date.now();
    const timer = setInterval(
      () => setWaited({ of: state, seconds: Math.floor((Date.now() - since) / SECOND_MS) }),
      SECOND_MS,
    );
    return () => clearInterval(timer);
  }, [state]);
  if (state.kind !== 'throttled') return 0;
  return Math.max(0, state.retryAfterSeconds - (waited.of === state ? waited.seconds : 0));
}

/** Where typing starts: the e-mail, after a refusal the password. A stable reference, so it runs once. */
const focus = (input: HTMLInputElement | null): void => input?.focus();

function Outcome({ state, secondsLeft }: { readonly state: SignInState; readonly secondsLeft: number }) {
  const t = useTranslations('auth');
  if (state.kind === 'fresh') return null;
  const words =
    state.kind === 'throttled'
      ? secondsLeft > 0
        ? t('throttled', { seconds: secondsLeft })
        : t('throttledOver')
      : t(state.kind);
  return (
    <Callout tone={state.kind === 'throttled' ? 'wait' : 'bad'} live>
      <span>{words}</span>
      {state.kind === 'failed' && <Id value={state.requestId} />}
    </Callout>
  );
}

export function SignInForm({ returnTo }: { readonly returnTo: string }) {
  const t = useTranslations('auth');
  const [state, submit] = useActionState(signIn, { kind: 'fresh' } satisfies SignInState as SignInState);
  const [shown, setShown] = useState(false);
  const secondsLeft = useSecondsLeft(state);
  const email = state.kind === 'fresh' ? '' : state.email;
  return (
    <form action={submit} className="grid gap-4" noValidate>
      <input type="hidden" name="returnTo" value={returnTo} />
      <Outcome state={state} secondsLeft={secondsLeft} />
      <Field label={t('email')}>
        <TextInput
          key={email}
          name="email"
          type="email"
          autoComplete="username"
          inputMode="email"
          defaultValue={email}
          {...(email === '' && { ref: focus })}
          required
        />
      </Field>
      <Field label={t('password')}>
        <TextInput
          name="password"
          type={shown ? 'text' : 'password'}
          autoComplete="current-password"
          required
          {...(email !== '' && { ref: focus })}
          after={
            <button
              type="button"
              onClick={() => setShown(!shown)}
              aria-label={t(shown ? 'hidePassword' : 'showPassword')}
              className="-mr-1 grid size-6 place-items-center rounded-sm text-ink-3 hover:text-ink"
            >
              {shown ? <EyeOff /> : <Eye />}
            </button>
          }
        />
      </Field>
      <SubmitButton
        kind="primary"
        size="lg"
        busyLabel={t('submitting')}
        disabledReason={secondsLeft > 0 ? t('throttled', { seconds: secondsLeft }) : undefined}
      >
        {t('submit')}
      </SubmitButton>
    </form>
  );
}

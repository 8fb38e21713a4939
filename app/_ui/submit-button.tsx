'use client';

import { useFormStatus } from 'react-dom';
import { Button, type ButtonProps } from './button.tsx';

/** The button of a form with a server action: busy while it is under way. */
export function SubmitButton(props: Omit<ButtonProps, 'type' | 'busy'>) {
  const { pending } = useFormStatus();
  return <Button type="submit" busy={pending} {...props} />;
}

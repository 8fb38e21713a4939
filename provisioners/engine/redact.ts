/** Takes secrets out of what people read: a provider's error may quote what it was given. */
import { isSecret, reveal } from './wire/values.ts';

/** Shorter ones would blot out half of every message. */
const LENGTH_MIN = 6;

export interface Redactor {
  /** Learn the secrets inside a value. */
  learn(value: unknown): void;
  redact(text: string): string;
}

function addStrings(value: unknown, into: Set<string>): void {
  if (typeof value === 'string' && value.length >= LENGTH_MIN) into.add(value);
  if (typeof value !== 'object' || value === null) return;
  for (const member of Object.values(value)) addStrings(member, into);
}

export function createRedactor(): Redactor {
  const secrets = new Set<string>();

  function learn(value: unknown): void {
    if (isSecret(value)) addStrings(reveal(value), secrets);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(learn);
  }

  return {
    learn,
    redact(text) {
      let result = text;
      for (const secret of secrets) result = result.replaceAll(secret, '[secret]');
      return result;
    },
  };
}

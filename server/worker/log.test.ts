import { expect, test } from 'vitest';
import { createLog } from './log.ts';

/** What one error becomes in the log. */
function logged(error: unknown): Record<string, unknown> {
  const lines: string[] = [];
  const redact = (text: string) => text.replaceAll('secret', '***');
  createLog('info', redact, { write: (line) => void lines.push(line) }).error({ err: error }, 'it failed');
  return (JSON.parse(lines[0]!) as { err: Record<string, unknown> }).err;
}

test('an error is told without what is secret', () => {
  const error = Object.assign(new TypeError('the secret is out'), { code: 'E1' });
  expect(logged(error)).toMatchObject({ type: 'TypeError', code: 'E1', message: 'the *** is out' });
});

test('so is what only looks like an error', () => {
  expect(logged({ message: 'no secret answer', queue: 'run' })).toMatchObject({ message: 'no *** answer' });
});

test('of anything else only the kind is told', () => {
  expect(logged('secret')).toEqual({ type: 'string' });
  expect(logged({ password: 'secret' })).toEqual({ type: 'object' });
});

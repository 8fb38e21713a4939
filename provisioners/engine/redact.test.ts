import { expect, test } from 'vitest';
import { createRedactor } from './redact.ts';
import { toSecret } from './wire/values.ts';

test('secrets are taken out of a text wherever they stand, other values stay', () => {
  const redactor = createRedactor();
  redactor.learn({ name: 'visible', login: toSecret('hunter2-long'), deep: [{ list: toSecret(['another-one', 1]) }] });
  expect(redactor.redact('visible: hunter2-long, another-one, hunter2-long')).toBe(
    'visible: [secret], [secret], [secret]',
  );
});

test('what is too short to be told apart stays', () => {
  const redactor = createRedactor();
  redactor.learn(toSecret('ab'));
  expect(redactor.redact('about')).toBe('about');
});

import { expect, test } from 'vitest';
import { writePolicy } from './content-policy.ts';

const read = (policy: string): Map<string, string> =>
  new Map(
    policy
      .split('; ')
      .map((directive) => [directive.slice(0, directive.indexOf(' ')), directive.slice(directive.indexOf(' ') + 1)]),
  );

test('in production no script runs without the nonce and nothing is evaluated', () => {
  const policy = read(writePolicy('bm9uY2U=', false));
  expect(policy.get('script-src')).toBe("'self' 'nonce-bm9uY2U=' 'strict-dynamic'");
  expect(policy.get('script-src-attr')).toBe("'none'");
  expect(policy.get('style-src')).toBe("'self' 'nonce-bm9uY2U='");
  expect(policy.get('connect-src')).toBe("'self'");
  expect(policy.get('frame-ancestors')).toBe("'none'");
  expect(policy.get('object-src')).toBe("'none'");
  expect(policy.get('base-uri')).toBe("'none'");
});

test('evaluation is for the dev server alone', () => {
  expect(writePolicy('x', true)).toContain("'unsafe-eval'");
  expect(writePolicy('x', false)).not.toContain('unsafe-eval');
});

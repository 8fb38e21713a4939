import { expect, test } from 'vitest';
import { cliEnv } from './cli-env.ts';

const env = { PULUMI_CLI: '/opt/pulumi', PULUMI_PASS_ENV: 'KUBECONFIG, MISSING', KUBECONFIG: '/k', OTHER: 'x' };

test('a worker on the CLI learns where it is and what its plugins were granted', () => {
  expect(cliEnv('pulumi', env)).toEqual({
    PULUMI_CLI: '/opt/pulumi',
    PULUMI_PASS_ENV: 'KUBECONFIG, MISSING',
    KUBECONFIG: '/k',
  });
  expect(cliEnv('pulumi', {})).toEqual({});
});

test('a worker on another engine learns nothing of it', () => {
  expect(cliEnv('embedded', env)).toEqual({});
});

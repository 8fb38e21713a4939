import { expect, test } from 'vitest';
import { BootstrapEnv, GatewayEnv, readEnv, WebEnv, WorkerEnv } from '../env.ts';
import type { Cluster } from './cluster.ts';
import { environmentsOf, type Installation } from './environment.ts';
import { readSettings } from './settings.ts';

const key = 'k'.repeat(48);

const installation: Installation = {
  settings: readSettings([], { DATA_DIR: '/data' }),
  secrets: {
    authSecret: 'auth-secret-auth-secret-auth-secret-auth',
    envelopeKey: Buffer.alloc(32).toString('base64'),
    pulumiPassphrase: 'pulumi-passphrase-pulumi',
    token: { privateKey: `token-private-${key}`, publicKey: `token-public-${key}` },
    audit: { privateKey: `audit-private-${key}`, publicKey: `audit-public-${key}` },
    ownerPassword: 'owner-password',
    applicationPassword: 'application-password',
    gatewayPassword: 'gateway-password',
  },
  platform: {
    ownerUrl: 'postgresql://owner:owner-password@127.0.0.1:1/platform',
    applicationUrl: 'postgresql://app:application-password@127.0.0.1:1/platform',
  },
  tenants: {
    url: (database = 'postgres') => `postgresql://postgres:superuser-password@127.0.0.1:2/${database}`,
  } as Cluster,
  port: 3000,
  gatewayPort: 3001,
  portalUrl: 'http://localhost:3000',
  gatewayUrl: 'http://localhost:3001',
};

const { web, worker, gateway, bootstrap } = environmentsOf(installation);
const knows = (env: NodeJS.ProcessEnv, secret: string) => JSON.stringify(env).includes(secret);

test('every process can read its environment', () => {
  expect(readEnv(WebEnv, web).PORT).toBe(3000);
  expect(readEnv(WorkerEnv, worker).PROVISIONING_ENGINE).toBe('embedded');
  expect(readEnv(GatewayEnv, gateway).GATEWAY_PORT).toBe(3001);
  expect(readEnv(BootstrapEnv, bootstrap).FIRST_PEOPLE).toBe('demo');
});

test('the portal knows neither the clusters nor the keys of engine and audit', () => {
  for (const secret of [
    'superuser-password',
    'owner-password',
    'pulumi-passphrase',
    'audit-private',
    'gateway-password',
  ]) {
    expect(knows(web, secret)).toBe(false);
  }
});

test('the gateway knows the registry under its own role, and nothing of the platform', () => {
  expect(gateway.REGISTRY_URL).toBe('postgresql://gateway:gateway-password@127.0.0.1:2/registry');
  for (const secret of [
    'superuser-password',
    'owner-password',
    'application-password',
    'auth-secret',
    'token-private',
  ]) {
    expect(knows(gateway, secret)).toBe(false);
  }
});

test('what is in our own environment goes no further', () => {
  process.env.CANARY_SECRET = 'canary';
  try {
    for (const env of Object.values(environmentsOf(installation))) expect(knows(env, 'canary')).toBe(false);
  } finally {
    delete process.env.CANARY_SECRET;
  }
});

test('an unreadable environment is named, never shown', () => {
  expect(() => readEnv(WebEnv, { ...web, AUTH_SECRET: 'canary' })).toThrow(/AUTH_SECRET/);
  expect(() => readEnv(WebEnv, { ...web, AUTH_SECRET: 'canary' })).not.toThrow(/canary/);
});

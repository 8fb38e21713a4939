import path from 'node:path';
import { expect, test } from 'vitest';
import { StartFailure } from './failure.ts';
import { readSettings, settingsTable } from './settings.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('without anything set, all is in .data and the ports are free to choose', () => {
  const settings = readSettings([], {});
  expect(settings).toMatchObject({ DATA_DIR: path.join(root, '.data'), empty: false, dev: false, REGION: 'cn-east' });
  expect(settings.PORT).toBeUndefined();
});

test('an empty variable counts as unset, a flag goes before a variable', () => {
  expect(readSettings([], { DATABASE_URL: '', PORT: '' }).DATABASE_URL).toBeUndefined();
  expect(readSettings(['--port', '4000'], { PORT: '5000' }).PORT).toBe(4000);
});

test('addresses carry no slash at their end', () => {
  expect(readSettings([], { AUTH_URL: 'https://cloud.example.com/' }).AUTH_URL).toBe('https://cloud.example.com');
});

test.each([
  ['PORT', '0'],
  ['PORT', 'http'],
  ['DATABASE_URL', 'mysql://root:canary@host/db'],
  ['AUTH_URL', 'canary'],
  ['REGION', 'CN East'],
  ['PROVISIONING_ENGINE', 'canary'],
])('%s=%s is refused by name, its value not repeated', (name, value) => {
  expect(() => readSettings([], { [name]: value })).toThrow(StartFailure);
  expect(() => readSettings([], { [name]: value })).toThrow(name);
  expect(() => readSettings([], { [name]: value })).not.toThrow(/canary/);
});

test('an unknown flag is refused', () => {
  expect(() => readSettings(['--clean'], {})).toThrow(StartFailure);
});

test('every variable has a meaning to show', () => {
  expect(settingsTable().filter(({ meaning }) => meaning === '')).toEqual([]);
});

import { expect, test } from 'vitest';
import { REPLICATION_SETTINGS, replicationRoom, replicationSettings } from './replication-room.ts';

test.each([0, 1, 4, 32, 500])('settings for %d tenants carry as many and no more', (tenants) => {
  expect(replicationRoom(replicationSettings(tenants))).toBe(tenants);
});

test.each(REPLICATION_SETTINGS)('too little of %s is too little', (name) => {
  const settings = replicationSettings(32);
  expect(replicationRoom({ ...settings, [name]: settings[name] - 2 })).toBeLessThan(32);
});

test("PostgreSQL's own defaults carry none", () => {
  expect(
    replicationRoom({
      max_logical_replication_workers: 4,
      max_worker_processes: 8,
      max_active_replication_origins: 10,
      max_replication_slots: 10,
      max_wal_senders: 10,
    }),
  ).toBe(0);
});

import { expect, test } from 'vitest';
import {
  grownSettings,
  HYBRID_TENANTS_MAX,
  nextRoom,
  REPLICATION_SETTINGS,
  replicationRoom,
  replicationSettings,
} from './replication-room.ts';

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

test.each([
  [0, 1, 1],
  [2, 3, 4],
  [64, 65, 128],
  [300, 301, HYBRID_TENANTS_MAX],
  [HYBRID_TENANTS_MAX, HYBRID_TENANTS_MAX + 1, null],
])('room for %d that has to carry %d becomes room for %s', (tenants, needed, next) => {
  expect(nextRoom(tenants, needed)).toBe(next);
});

test('growing takes nothing away that somebody set higher', () => {
  const grown = grownSettings({ ...replicationSettings(4), max_wal_senders: 500 }, 8);
  expect(grown).toEqual({ ...replicationSettings(8), max_wal_senders: 500 });
  expect(replicationRoom(grown)).toBe(8);
});

import type { RouterOutputs } from '@/server/api/root.ts';

export type KeyList = RouterOutputs['keys']['list'];
export type Key = KeyList['keys'][number];

export const KEY_TONE = { active: 'ok', expiring: 'wait', expired: 'bad', revoked: 'off' } as const satisfies Record<
  Key['state'],
  string
>;

/** Whether, without this key, none of the tenant's own may write. */
export const isLastWriter = (keys: readonly Key[], key: Key): boolean => {
  const writers = keys.filter(
    ({ state, party, scopes }) =>
      (state === 'active' || state === 'expiring') && party === null && scopes.includes('write'),
  );
  return writers.length === 1 && writers[0]?.id === key.id;
};

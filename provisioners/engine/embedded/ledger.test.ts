import { expect, test } from 'vitest';
import type { ResourceState } from '../state/deployment.ts';
import { Ledger } from './ledger.ts';

function state(name: string, more: Partial<ResourceState> = {}): ResourceState {
  return {
    urn: `urn:pulumi:s::p::a:b:C::${name}`,
    custom: true,
    type: 'a:b:C',
    inputs: {},
    outputs: {},
    id: name,
    ...more,
  };
}

test('a snapshot holds what is settled, then what is left of the old state', () => {
  const ledger = new Ledger();
  const [old, rest] = [state('a'), state('b')];
  ledger.load({ resources: [old, rest], pending: [] });
  const settled = state('a', { inputs: { x: 1 } });
  ledger.settle(settled, old);
  expect(ledger.snapshot().resources).toEqual([settled, rest]);
  expect(ledger.remaining).toEqual([rest]);
  expect(ledger.dirty).toBe(true);
});

test('settling what did not change leaves nothing to write', () => {
  const ledger = new Ledger();
  const old = state('a');
  ledger.load({ resources: [old], pending: [] });
  ledger.settle(old, old);
  expect(ledger.dirty).toBe(false);
});

test('a replaced copy is not found as the old state', () => {
  const ledger = new Ledger();
  ledger.load({ resources: [state('a', { delete: true, id: 'copy' }), state('a')], pending: [] });
  expect(ledger.findOld([state('a').urn])?.id).toBe('a');
});

test('a replaced copy that is made the resource again is not to be deleted any more', () => {
  const ledger = new Ledger();
  const copy = state('a', { delete: true, id: 'same' });
  ledger.load({ resources: [copy, state('a')], pending: [{ resource: copy, type: 'deleting' }] });
  ledger.settle(state('a', { id: 'same' }), ledger.findOld([copy.urn]));
  expect(ledger.snapshot()).toEqual({ resources: [state('a', { id: 'same' })], pending: [] });
});

test('what others refer to is followed when it is renamed', () => {
  const ledger = new Ledger();
  const [old, dependent] = [state('old'), state('d', { dependencies: [state('old').urn], parent: state('old').urn })];
  ledger.load({ resources: [old, dependent], pending: [] });
  ledger.settle(state('new'), old);
  const found = ledger.snapshot().resources.find((resource) => resource.id === 'd');
  expect(found).toMatchObject({ dependencies: [state('new').urn], parent: state('new').urn });
});

test('operations under way are in the snapshot, and take the place of those an earlier run left', () => {
  const ledger = new Ledger();
  ledger.load({
    resources: [],
    pending: [
      { resource: state('a'), type: 'creating' },
      { resource: state('b'), type: 'deleting' },
    ],
  });
  const again = state('a', { inputs: { x: 1 } });
  ledger.beginPending(again, 'creating');
  expect(ledger.snapshot().pending).toEqual([
    { resource: state('b'), type: 'deleting' },
    { resource: again, type: 'creating' },
  ]);
  ledger.endPending(again);
  ledger.resolveStale(again);
  expect(ledger.snapshot().pending).toEqual([{ resource: state('b'), type: 'deleting' }]);
});

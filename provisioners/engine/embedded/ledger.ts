/**
 * The resources of a run: those the state had (`olds`), those that are settled (`done`), and what is under way. At any moment they give
 * a snapshot that a later run can go on from.
 */
import type { PendingOperation, PendingType, ResourceState, Snapshot } from '../state/deployment.ts';
import { inOrderOfNeed, renameReferences } from './references.ts';

/** A resource, or the replaced copy of it that is still to be deleted: what concerns one says nothing of the other. */
type Copy = Pick<ResourceState, 'urn' | 'delete'>;

function isSameCopy(left: Copy, right: Copy): boolean {
  return left.urn === right.urn && (left.delete ?? false) === (right.delete ?? false);
}

export class Ledger {
  /** True when the state in memory is ahead of the stored one. */
  dirty = false;
  /** Whether what is settled may need what is not, so that a snapshot has to be put in order. */
  readonly #mixed: boolean;
  #olds: ResourceState[] = [];
  #done: ResourceState[] = [];
  #dropped = new Set<ResourceState>();
  #live = new Map<string, ResourceState>();
  /** URNs in the order in which the program registered them. */
  #claimed = new Map<string, number>();
  #renamed = new Map<string, string>();
  #pending = new Map<ResourceState, PendingType>();
  /** Operations that an earlier run left behind, until this one has resolved them. */
  #stale: readonly PendingOperation[] = [];

  constructor(mixed = false) {
    this.#mixed = mixed;
  }

  load(snapshot: Snapshot): void {
    this.#olds = [...snapshot.resources];
    this.#stale = snapshot.pending;
  }

  get stale(): readonly PendingOperation[] {
    return this.#stale;
  }

  get settled(): readonly ResourceState[] {
    return this.#done;
  }

  /** Resources of the state that this run has not settled yet, in the state's order. */
  get remaining(): readonly ResourceState[] {
    return this.#olds.filter((state) => !this.#dropped.has(state));
  }

  /** Take a URN for this run; false when it is taken. */
  claim(urn: string): boolean {
    if (this.#claimed.has(urn)) return false;
    this.#claimed.set(urn, this.#claimed.size);
    return true;
  }

  isClaimed(urn: string): boolean {
    return this.#claimed.has(urn);
  }

  /** The place of a URN in the program's order; those it did not register come after all others. */
  orderOf(urn: string): number {
    return this.#claimed.get(urn) ?? Number.MAX_SAFE_INTEGER;
  }

  /** The state's resource under one of these URNs, replaced copies aside. */
  findOld(urns: readonly string[]): ResourceState | undefined {
    for (const urn of urns) {
      const found = this.#olds.find((state) => state.urn === urn && state.delete !== true && !this.#dropped.has(state));
      if (found) return found;
    }
    return undefined;
  }

  /** The resource as this run knows it: settled, or else as the state has it. */
  current(urn: string): ResourceState | undefined {
    return this.#live.get(urn) ?? this.#olds.find((state) => state.urn === urn && state.delete !== true);
  }

  /** A resource by URN and id, whether settled or not. */
  find(urn: string, id: string): ResourceState | undefined {
    const live = this.#live.get(urn);
    return live?.id === id ? live : this.#olds.find((state) => state.urn === urn && state.id === id);
  }

  /** Settle a resource. `old` is the version it takes the place of, if that is to go. */
  settle(state: ResourceState, old?: ResourceState): void {
    this.#done.push(state);
    this.#live.set(state.urn, state);
    if (old) {
      this.#dropped.add(old);
      if (old.urn !== state.urn) this.#renamed.set(old.urn, state.urn);
    }
    if (state !== old) this.dirty = true;
    this.#revive(state);
  }

  /** A replaced copy that has become the resource again, because the provider adopted it, is not to be deleted any more. */
  #revive({ urn, id }: ResourceState): void {
    const isIt = (copy: ResourceState) =>
      copy.delete === true && copy.urn === urn && copy.id === id && !this.#dropped.has(copy);
    const copy = id === undefined ? undefined : this.#olds.find(isIt);
    if (!copy) return;
    this.drop(copy);
    this.resolveStale(copy);
  }

  /** Change what is settled, such as a component's outputs. */
  revise(urn: string, patch: Partial<ResourceState>): void {
    const at = this.#done.findIndex((state) => state.urn === urn);
    const state = this.#done[at];
    if (!state) return;
    const revised = { ...state, ...patch };
    this.#done[at] = revised;
    this.#live.set(urn, revised);
    this.dirty = true;
  }

  /** Change a resource that is not settled. Gives the new version. */
  amend(state: ResourceState, patch: Partial<ResourceState>): ResourceState {
    const amended = { ...state, ...patch };
    this.#olds = this.#olds.map((other) => (other === state ? amended : other));
    this.dirty = true;
    return amended;
  }

  /** Put a resource among those of the state: one that an interrupted run had made. */
  adopt(state: ResourceState): void {
    this.#olds.push(state);
    this.dirty = true;
  }

  drop(state: ResourceState): void {
    this.#dropped.add(state);
    this.dirty = true;
  }

  beginPending(state: ResourceState, type: PendingType): void {
    this.#pending.set(state, type);
  }

  endPending(state: ResourceState): void {
    this.#pending.delete(state);
    this.dirty = true;
  }

  staleFor(state: Copy): PendingOperation | undefined {
    return this.#stale.find((operation) => isSameCopy(operation.resource, state));
  }

  resolveStale(state: Copy): void {
    this.#stale = this.#stale.filter((operation) => !isSameCopy(operation.resource, state));
    this.dirty = true;
  }

  snapshot(): Snapshot {
    const known = [...this.#pending.keys()];
    const all = [...this.#done, ...this.remaining];
    const resources = this.#mixed ? inOrderOfNeed(all) : all;
    return {
      resources:
        this.#renamed.size === 0 ? resources : resources.map((state) => renameReferences(state, this.#renamed)),
      pending: [
        ...this.#stale.filter(({ resource }) => !known.some((state) => isSameCopy(state, resource))),
        ...[...this.#pending].map(([resource, type]) => ({ resource, type })),
      ],
    };
  }
}

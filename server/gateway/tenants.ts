/** Finds a tenant's route and running state, in memory first; a name that is not there yet is asked of the registry, seldom. */
import type { Route } from '../registry/model.ts';
import { BoundedMap } from './bounded-map.ts';
import { TokenBucket } from './bucket.ts';
import { problem } from './problems.ts';
import { RegistryUnavailable, type RegistryFeed } from './registry-feed.ts';
import type { RegistryMemory } from './registry-memory.ts';
import { TenantState } from './tenant-state.ts';
import type { CallFact } from './usage.ts';

const UNKNOWN_FOR_MS = 1_000;
const UNKNOWN_MAX = 10_000;
const LOOKUPS = { rps: 50, burst: 100 };

export class Tenants {
  readonly #memory: RegistryMemory;
  readonly #feed: RegistryFeed;
  readonly #states = new Map<string, TenantState>();
  /** Names that did not exist, and when they were asked for. */
  readonly #unknown = new BoundedMap<string, number>(UNKNOWN_MAX);
  readonly #lookups = new TokenBucket(LOOKUPS, Date.now());

  constructor(memory: RegistryMemory, feed: RegistryFeed) {
    this.#memory = memory;
    this.#feed = feed;
  }

  /** @throws Problem `tenant_unknown` or `registry_unavailable` */
  async find(ref: string): Promise<Route> {
    const route = this.#memory.route(ref) ?? (await this.#lookUp(ref));
    if (!route) throw problem('tenant_unknown', { ref });
    return route;
  }

  /** The route as the registry has it now; the one in memory when the registry is away. */
  async refresh(route: Route): Promise<Route> {
    return (await this.#feed.lookUpRoute(route.ref).catch(() => null)) ?? route;
  }

  state(route: Route): TenantState {
    const known = this.#states.get(route.ref);
    if (known) return known;
    const made = new TenantState(route, Date.now());
    this.#states.set(route.ref, made);
    return made;
  }

  /** Counts a call; one to a tenant that does not exist is counted nowhere. */
  recordCall(ref: string, fact: CallFact): void {
    const route = this.#memory.route(ref);
    if (route) this.state(route).usage.add(fact, Date.now());
  }

  routeChanged(ref: string, route: Route | null): void {
    this.#unknown.delete(ref);
    if (route === null) this.#states.delete(ref);
    else this.#states.get(ref)?.resize(route, Date.now());
  }

  async #lookUp(ref: string): Promise<Route | null> {
    const now = Date.now();
    if (now - (this.#unknown.get(ref) ?? -Infinity) < UNKNOWN_FOR_MS) return null;
    if (!this.#lookups.take(now).allowed) return null;
    this.#unknown.set(ref, now);
    try {
      return await this.#feed.lookUpRoute(ref);
    } catch (error) {
      this.#unknown.delete(ref);
      if (error instanceof RegistryUnavailable || !this.#feed.connected) {
        throw problem('registry_unavailable', {}, { 'retry-after': '2' });
      }
      throw error;
    }
  }
}

/** What the gateway remembers of the registry. It alone answers requests; the feed keeps it fresh while the registry can be reached. */
import { importVerifyingKey } from '../domain/access-token.ts';
import type { ApiDescription } from '../domain/manifest.ts';
import type { Issuer } from '../registry/issuers.ts';
import type { ApiKeyRecord, Route } from '../registry/model.ts';
import { BoundedMap } from './bounded-map.ts';

/** Keys beyond these are looked up in the registry when they are used. */
const KEYS_MAX = 50_000;

export class RegistryMemory {
  readonly #routes = new Map<string, Route>();
  readonly #keys = new BoundedMap<string, ApiKeyRecord>(KEYS_MAX);
  readonly #apis = new Map<string, ApiDescription>();
  readonly #onRoute: (ref: string, route: Route | null) => void;
  readonly #platformKeys: readonly CryptoKey[];
  #issuerKeys: ReadonlyMap<string, CryptoKey> = new Map();

  /** @param platformKeys public keys that may sign for any issuer
   * @param onRoute called after a route came, changed or went */
  constructor(platformKeys: readonly CryptoKey[], onRoute: (ref: string, route: Route | null) => void) {
    this.#platformKeys = platformKeys;
    this.#onRoute = onRoute;
  }

  get routeCount(): number {
    return this.#routes.size;
  }

  route(ref: string): Route | undefined {
    return this.#routes.get(ref);
  }

  key(hash: string): ApiKeyRecord | undefined {
    return this.#keys.get(hash);
  }

  tokenKeys(issuer: string): readonly CryptoKey[] {
    const own = this.#issuerKeys.get(issuer);
    return own ? [own, ...this.#platformKeys] : this.#platformKeys;
  }

  rememberKey(key: ApiKeyRecord): void {
    this.#keys.set(key.hash, key);
  }

  /** Everything anew: what is not in the lists is gone. */
  replaceAll(routes: readonly Route[], keys: readonly ApiKeyRecord[]): void {
    const present = new Set(routes.map((route) => route.ref));
    for (const ref of this.#routes.keys()) if (!present.has(ref)) this.#setRoute(ref, null);
    for (const route of routes) this.#setRoute(route.ref, route);
    this.#keys.clear();
    for (const key of keys) this.rememberKey(key);
    this.#forgetUnusedApis();
  }

  /** One tenant anew. */
  replaceTenant(ref: string, route: Route | null, keys: readonly ApiKeyRecord[]): void {
    for (const [hash, key] of this.#keys.entries()) if (key.ref === ref) this.#keys.delete(hash);
    for (const key of keys) this.rememberKey(key);
    this.#setRoute(ref, route);
    this.#forgetUnusedApis();
  }

  /** @returns ids of issuers whose key cannot be read; they are left out */
  async replaceIssuers(issuers: readonly Issuer[]): Promise<string[]> {
    const imported = await Promise.all(
      issuers.map(async ({ id, publicKey }) => [id, await importVerifyingKey(publicKey).catch(() => null)] as const),
    );
    this.#issuerKeys = new Map(imported.flatMap(([id, key]) => (key ? [[id, key] as const] : [])));
    return imported.flatMap(([id, key]) => (key ? [] : [id]));
  }

  #setRoute(ref: string, route: Route | null): void {
    if (route === null) {
      if (this.#routes.delete(ref)) this.#onRoute(ref, null);
      return;
    }
    const api = this.#apis.get(route.apiHash) ?? route.api; // tenants of one version share one object
    this.#apis.set(route.apiHash, api);
    this.#routes.set(ref, { ...route, api });
    this.#onRoute(ref, route);
  }

  #forgetUnusedApis(): void {
    const used = new Set(Array.from(this.#routes.values(), (route) => route.apiHash));
    for (const hash of this.#apis.keys()) if (!used.has(hash)) this.#apis.delete(hash);
  }
}

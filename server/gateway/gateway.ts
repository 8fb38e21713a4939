/**
 * The gateway: the data plane. Each tenant's functions and views over HTTP, from the tenant registry alone: portal, worker and platform
 * database may be away. Imports domain and the registry; nothing imports it but its composition.
 * In: requests with an API key or a signed token. Out: one statement each in the tenant's database, JSON, problem+json. Nothing is kept on disk.
 */
import type { AddressInfo } from 'node:net';
import { importVerifyingKey } from '../domain/access-token.ts';
import { docsOptions } from './docs.ts';
import { createHttpServer, closeHttpServer } from './http-server.ts';
import { Identifier } from './identify.ts';
import { KeyUse } from './key-use.ts';
import type { Log } from './log.ts';
import { RegistryFeed } from './registry-feed.ts';
import { RegistryMemory } from './registry-memory.ts';
import { TenantPools } from './tenant-pools.ts';
import { Tenants } from './tenants.ts';
import { Validators } from './validators.ts';

export interface GatewayOptions {
  /** Database `registry`, as role `gateway`. */
  readonly registryUrl: string;
  /** Opens the roles' passwords: 32 bytes, base64. */
  readonly envelopeKey: string;
  /** Ed25519 public keys (SPKI, base64) whose tokens are accepted, of any issuer. */
  readonly tokenPublicKeys: readonly string[];
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Public base address; default: where it listens. */
  readonly url?: string;
  readonly log: Log;
  /** Pools open at once over all tenants; the one used least recently goes first. */
  readonly poolsMax?: number;
}

export interface Gateway {
  readonly port: number;
  readonly url: string;
  /** Stops taking calls, waits up to four seconds for those that run, closes every connection. */
  close(): Promise<void>;
}

/** Less than a supervisor grants before it ends a process by force. */
const DRAIN_MS_MAX = 4_000;

/** Starts serving. The registry may be away at first: `/health` says 503 until it was read once.
 * @throws Error when it cannot listen, or a key cannot be read */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log } = options;
  const tokenKeys = await Promise.all(options.tokenPublicKeys.map(importVerifyingKey));
  const pools = new TenantPools(options.envelopeKey, options.poolsMax ?? 200, log);
  const memory: RegistryMemory = new RegistryMemory(tokenKeys, (ref, route) => {
    pools.routeChanged(ref, route);
    tenants.routeChanged(ref, route);
  });
  const feed = new RegistryFeed(options.registryUrl, memory, log);
  const tenants = new Tenants(memory, feed);
  const keyUse = new KeyUse(feed, log);
  const docs = docsOptions(options.url ?? '');
  const server = createHttpServer(
    {
      feed,
      tenants,
      identifier: new Identifier(memory, feed),
      pools,
      validators: new Validators(),
      docs,
      health: () => ({
        status: feed.loadedOnce ? 'ok' : 'starting',
        registry: feed.connected ? 'connected' : 'away',
        routes: memory.routeCount,
      }),
      keyUsed: (keyId) => keyUse.note(keyId),
    },
    log,
  );
  await feed.start();
  await server.listen(options.port, options.host);
  const { port } = server.http.address() as AddressInfo;
  const url = options.url ?? `http://${options.host}:${port}`;
  docs.gatewayUrl = url.replace(/\/+$/, '');
  return {
    port,
    url,
    close: async () => {
      await closeHttpServer(server, DRAIN_MS_MAX);
      await keyUse.close();
      await Promise.all([pools.close(), feed.close()]);
    },
  };
}

/**
 * Provider packages as the CLI meets them: one gRPC server per package on a free port of the loopback, in this very process, so that a
 * provider sees the same memory (pools, loaded packs) as under the embedded engine. The CLI finds them by PULUMI_DEBUG_PROVIDERS.
 */
import providerService from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import { CALL_TIMEOUT_MS } from '../embedded/deadline.ts';
import type { ProviderPackage } from '../port.ts';
import { createProviderCalls, type Running } from './provider-calls.ts';
import { createServer, listen } from './serve.ts';
import type { Witness } from './witness.ts';

export interface Attached {
  /** For the CLI's environment; empty without packages. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when no provider call runs: true at once or within `waitMs`, else false. */
  idle(waitMs: number): Promise<boolean>;
  close(): Promise<void>;
}

function createRunning(): Running & Pick<Attached, 'idle'> {
  let count = 0;
  const waiting = new Set<() => void>();
  return {
    enter: () => void (count += 1),
    leave() {
      count -= 1;
      if (count === 0) for (const resolve of waiting) resolve();
    },
    async idle(waitMs) {
      if (count === 0) return true;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const settle = () => resolve(true);
      const late = setTimeout(() => resolve(false), waitMs);
      waiting.add(settle);
      try {
        return await promise;
      } finally {
        clearTimeout(late);
        waiting.delete(settle);
      }
    },
  };
}

/**
 * Serve the packages to one CLI process. What they are asked and answer is told to `witness`.
 * @param callTimeoutMs for calls of resources that name no time of their own
 */
export async function attachProviders(
  packages: readonly ProviderPackage[],
  witness: Witness,
  callTimeoutMs = CALL_TIMEOUT_MS,
): Promise<Attached> {
  const running = createRunning();
  const served = await Promise.all(
    packages.map(async (provided) => {
      const { calls, close } = createProviderCalls({ provided, witness, running, callTimeoutMs });
      const server = createServer(providerService.ResourceProviderService, calls);
      return { name: provided.name, port: await listen(server), server, close };
    }),
  );
  const list = served.map(({ name, port }) => `${name}:${port}`).join(',');
  return {
    environment: list === '' ? {} : { PULUMI_DEBUG_PROVIDERS: list },
    idle: (waitMs) => running.idle(waitMs),
    async close() {
      for (const { server } of served) server.forceShutdown();
      await Promise.all(served.map(({ close }) => close()));
    },
  };
}

/**
 * Which server a resource acts on. Roles, databases and packs take the name of an instance as an input; without one they are in the shared
 * cluster, so the programs of public tenants are what they were. Instances are run by the keeper, and found through it at every use:
 * an address is never kept, because an instance may come back on another port.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { connectKeeper, instancesFolder, type InstanceFacts, type Keeper } from '../../../server/registry/keeper.ts';
import { connectCluster, type Cluster, type SharedCluster } from './cluster.ts';

/** To be spread into the inputs of a kind that acts on a server. */
export const inInstance = { instance: z.string().min(1).optional() };

/** The instance that a resource's state names. */
export function instanceOf(state: Readonly<Record<string, unknown>>): string | undefined {
  return inInstance.instance.parse(state['instance'] ?? undefined);
}

export interface Instances {
  /** Null where this installation runs none: private and hybrid tenants cannot be made then. */
  readonly keeper: Keeper | null;
  /** The shared cluster, or the instance of this name.
   * @throws InstanceGone when there is no such instance */
  serverOf(instance: string | undefined): Promise<Cluster>;
  /** As `serverOf`, null when the instance is gone: what was in it is gone, too. */
  findServer(instance: string | undefined): Promise<Cluster | null>;
  /** A connected server of these facts. */
  connect(facts: InstanceFacts): Cluster;
  /** Whether anything of an instance of this name is on disk; also while the keeper is away. */
  exists(name: string): boolean;
  /** Every instance with its facts; none without a keeper. */
  list(): Promise<readonly InstanceFacts[]>;
  close(): Promise<void>;
}

export class InstanceGone extends Error {
  override readonly name = 'InstanceGone';
}

/** @param dataDir null for an installation without instances */
export function openInstances(shared: SharedCluster, dataDir: string | null): Instances {
  const folder = dataDir === null ? null : instancesFolder(dataDir);
  const keeper = folder === null ? null : connectKeeper(folder);
  /** Pools by address: they hold no connection while nobody asks, and go when the instance has another address. */
  const servers = new Map<string, { readonly url: string; readonly cluster: Cluster }>();

  const connect = (facts: InstanceFacts): Cluster => {
    const { name, host, port, password } = facts;
    const url = `postgresql://postgres:${encodeURIComponent(password)}@${host}:${port}/postgres`;
    const known = servers.get(name);
    if (known?.url === url) return known.cluster;
    void known?.cluster.close();
    const cluster = connectCluster(url);
    servers.set(name, { url, cluster });
    return cluster;
  };
  const findServer = async (instance: string | undefined): Promise<Cluster | null> => {
    if (instance === undefined) return shared;
    const facts = (await keeper?.find(instance)) ?? null;
    return facts === null ? null : connect(facts);
  };
  return {
    keeper,
    connect,
    findServer,
    serverOf: async (instance) => {
      const server = await findServer(instance);
      if (server === null) throw new InstanceGone(`there is no instance ${instance}`);
      return server;
    },
    exists: (name) => folder !== null && existsSync(path.join(folder, name)),
    list: async () => (await keeper?.list()) ?? [],
    close: async () => {
      await Promise.all([...servers.values()].map(({ cluster }) => cluster.close()));
    },
  };
}

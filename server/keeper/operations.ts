/** What can be asked of the keeper, done one after the other for one instance. */
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BoundsOffer, InstanceFacts, InstanceSpec, InstanceUse } from '../registry/keeper.ts';
import { Instance } from './instance.ts';
import type { Tools } from './tools.ts';

/** Another resource's instance has the name. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
}

export interface Operations {
  ensure(spec: InstanceSpec): Promise<InstanceFacts>;
  find(name: string): InstanceFacts | null;
  list(): readonly InstanceFacts[];
  remove(name: string): Promise<void>;
  stop(name: string): Promise<InstanceFacts | null>;
  start(name: string): Promise<InstanceFacts | null>;
  restart(name: string): Promise<InstanceFacts | null>;
  measure(name: string): InstanceUse | null;
  offer(): BoundsOffer;
}

/** One after the other for one instance; instances do not wait for each other. */
export function operationsOn(folder: string, instances: Map<string, Instance>, tools: Tools): Operations {
  const lines = new Map<string, Promise<unknown>>();
  const inLine = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const result = (lines.get(name) ?? Promise.resolve()).then(work);
    const tail = result.catch(() => {});
    lines.set(name, tail);
    void tail.then(() => lines.get(name) === tail && lines.delete(name));
    return result;
  };
  const change = (name: string, work: (instance: Instance) => Promise<void>): Promise<InstanceFacts | null> =>
    inLine(name, async () => {
      const instance = instances.get(name);
      if (!instance) return null;
      await work(instance);
      return instance.facts();
    });
  return {
    ensure: (spec) => inLine(spec.name, () => ensure(folder, instances, tools, spec)),
    find: (name) => instances.get(name)?.facts() ?? null,
    list: () => [...instances.values()].map((instance) => instance.facts()),
    remove: (name) =>
      inLine(name, async () => {
        await instances.get(name)?.remove();
        instances.delete(name);
      }),
    stop: (name) =>
      change(name, async (instance) => {
        instance.rewrite({ wanted: 'stopped' });
        await instance.end();
      }),
    start: (name) =>
      change(name, async (instance) => {
        instance.rewrite({ wanted: 'running' });
        await instance.run();
      }),
    restart: (name) => change(name, (instance) => instance.restart()),
    measure: (name) => instances.get(name)?.measure() ?? null,
    offer: () => tools.holding.possible,
  };
}

async function ensure(
  folder: string,
  instances: Map<string, Instance>,
  tools: Tools,
  spec: InstanceSpec,
): Promise<InstanceFacts> {
  const known = instances.get(spec.name);
  if (known && known.record.marker !== spec.marker) {
    throw new NameTaken(`instance ${spec.name} exists and was not made by this resource; it is left as it is`);
  }
  const instance = known ?? (await begin(folder, tools, spec));
  instances.set(spec.name, instance);
  const { settings, access } = instance.record;
  const otherSettings = !isDeepStrictEqual(settings, spec.settings);
  const otherAccess = !isDeepStrictEqual(access, spec.access);
  const otherBounds = !isDeepStrictEqual(instance.record.bounds, spec.bounds);
  const { bounds } = spec;
  instance.rewrite({ settings: spec.settings, access: spec.access, bounds, wanted: 'running' });
  if (otherSettings) await instance.restart();
  else await instance.run();
  if (otherAccess) instance.reloadAccess();
  if (otherBounds) instance.hold();
  return instance.facts();
}

async function begin(folder: string, tools: Tools, spec: InstanceSpec): Promise<Instance> {
  const record = {
    ...spec,
    port: await tools.choosePort(),
    wanted: 'running',
    createdAt: new Date().toISOString(),
  } as const;
  const instance = new Instance(path.join(folder, spec.name), record, tools);
  instance.rewrite({});
  return instance;
}

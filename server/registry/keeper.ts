/**
 * Instances are PostgreSQL servers that belong to one tenant each. A process of its own, the keeper, makes them, runs them, starts them
 * again when they die and removes them (server/keeper). Here is what is said to it, and a client to say it with; so whoever needs an
 * instance shares no code with whoever runs it. The keeper listens on the loopback, and answers only to a token that it leaves, with its
 * port, in a file that its own account alone may read.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

export const InstanceName = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'must be a plain lower-case name');

/** One line of who may connect; whatever is not named is refused, replication of the whole server always. */
export const AccessRule = z.strictObject({ database: InstanceName, role: InstanceName });
export type AccessRule = z.infer<typeof AccessRule>;

/** What a plan gives a server of the machine. */
export const InstanceBounds = z.strictObject({ cpuCores: z.number().positive(), memoryMib: z.int().positive() });
export type InstanceBounds = z.infer<typeof InstanceBounds>;

/** `enforced` by the kernel; `advisory`: asked for by priority and by settings, and no more. */
export const BoundHold = z.enum(['enforced', 'advisory']);
export type BoundHold = z.infer<typeof BoundHold>;

export const InstanceSpec = z.strictObject({
  name: InstanceName,
  /** Says which resource made it; what another one made is not touched. */
  marker: z.string().min(1),
  /** As in postgresql.conf. A change restarts the server. */
  settings: z.record(z.string().regex(/^[a-z_.]+$/), z.string().regex(/^[^'\n\\]*$/)),
  /** A change is taken up without a restart. */
  access: z.array(AccessRule),
  /** Absent: as much as there is. A change is taken up without a restart. */
  bounds: InstanceBounds.optional(),
});
export type InstanceSpec = z.infer<typeof InstanceSpec>;

/** `starting`: being made, recovering, or about to be started again; `failing`: the last starts failed, the next is tried later. */
export const InstanceState = z.enum(['starting', 'running', 'failing', 'stopped']);
export type InstanceState = z.infer<typeof InstanceState>;

export const InstanceFacts = z.strictObject({
  name: InstanceName,
  marker: z.string(),
  state: InstanceState,
  host: z.string(),
  port: z.int(),
  /** Of the superuser `postgres`. */
  password: z.string(),
  dataDirectory: z.string(),
  /** Of the server process; null while there is none. */
  pid: z.int().nullable(),
  /** How often it was started again by itself since the keeper began. */
  restarts: z.int(),
  /** Last line of the server's log while it fails. */
  trouble: z.string(),
  settings: z.record(z.string(), z.string()),
  access: z.array(AccessRule),
  bounds: InstanceBounds.optional(),
  /** How the bounds hold; null without bounds, and while it does not run. */
  held: z.strictObject({ cpu: BoundHold, memory: BoundHold }).nullable(),
});
export type InstanceFacts = z.infer<typeof InstanceFacts>;

/** What a server takes of the machine; null where the system does not say, or it does not run. */
export const InstanceUse = z.strictObject({
  /** Cores, on average since it was asked last, at least a second ago. */
  cpuCores: z.number().nullable(),
  memoryMib: z.number().nullable(),
});
export type InstanceUse = z.infer<typeof InstanceUse>;

/** How a new server would be held to its bounds, and why so. */
export const BoundsOffer = z.strictObject({ cpu: BoundHold, memory: BoundHold, why: z.string() });
export type BoundsOffer = z.infer<typeof BoundsOffer>;

/** Where the keeper says how to reach it. */
export const KeeperAddress = z.strictObject({ port: z.int(), token: z.string().min(20) });
export type KeeperAddress = z.infer<typeof KeeperAddress>;

/** Everything about instances lies below this folder of the data folder. */
export const instancesFolder = (dataDir: string): string => path.join(dataDir, 'instances');
export const keeperFile = (folder: string): string => path.join(folder, 'keeper.json');

/** No answer from the keeper: it is being started again, or this installation has none. */
export class KeeperAway extends Error {
  override readonly name = 'KeeperAway';
}

/** The keeper's refusal: the name is taken, the server does not start, the spec is malformed. */
export class KeeperRefusal extends Error {
  override readonly name = 'KeeperRefusal';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Keeper {
  /** Makes the instance, or brings it to this spec; resolves when it takes connections. */
  ensure(spec: InstanceSpec): Promise<InstanceFacts>;
  find(name: string): Promise<InstanceFacts | null>;
  list(): Promise<readonly InstanceFacts[]>;
  /** Stops it and removes its data; fine when there is none. */
  remove(name: string): Promise<void>;
  /** Ends the server until `start`, also across restarts of the keeper. */
  stop(name: string): Promise<void>;
  /** Starts a stopped one; resolves when it takes connections. */
  start(name: string): Promise<InstanceFacts>;
  restart(name: string): Promise<InstanceFacts>;
  /** Null when there is none of this name. */
  measure(name: string): Promise<InstanceUse | null>;
  offer(): Promise<BoundsOffer>;
}

const ANSWER_MS_MAX = 120_000;

/** @param folder see `instancesFolder` */
export function connectKeeper(folder: string): Keeper {
  const send = async (method: string, route: string, body?: unknown): Promise<unknown> => {
    const { port, token } = await readAddress(folder);
    const answer = await fetch(`http://127.0.0.1:${port}${route}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new KeeperAway('the keeper of instances does not answer', { cause });
    });
    if (answer.status === 404) return null;
    const text = await answer.text();
    if (!answer.ok) throw new KeeperRefusal(answer.status, text);
    return text === '' ? null : JSON.parse(text);
  };
  return {
    ensure: (spec) => facts(send('PUT', `/instances/${spec.name}`, spec)),
    find: async (name) => InstanceFacts.nullable().parse(await send('GET', `/instances/${name}`)),
    list: async () => z.array(InstanceFacts).parse(await send('GET', '/instances')),
    remove: async (name) => void (await send('DELETE', `/instances/${name}`)),
    stop: async (name) => void (await send('POST', `/instances/${name}/stop`)),
    start: (name) => facts(send('POST', `/instances/${name}/start`)),
    restart: (name) => facts(send('POST', `/instances/${name}/restart`)),
    measure: async (name) => InstanceUse.nullable().parse(await send('GET', `/instances/${name}/use`)),
    offer: async () => BoundsOffer.parse(await send('GET', '/bounds')),
  };
}

const facts = async (answer: Promise<unknown>): Promise<InstanceFacts> => InstanceFacts.parse(await answer);

/** Read for every call: a keeper that was started again listens on another port. */
async function readAddress(folder: string): Promise<KeeperAddress> {
  try {
    return KeeperAddress.parse(JSON.parse(await readFile(keeperFile(folder), 'utf8')));
  } catch (cause) {
    throw new KeeperAway('no keeper of instances runs here', { cause });
  }
}

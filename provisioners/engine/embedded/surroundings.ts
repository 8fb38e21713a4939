/**
 * What a program takes for its own process: environment and console. Programs run side by side in one process, so a variable that one of
 * them sets or deletes is so for itself alone, and what it prints goes to the log of its run. Everybody else has the real ones.
 */
import { format } from 'node:util';
import { currentStore, type SdkStore } from './sdk.ts';

export type Print = (severity: 'debug' | 'info' | 'warning', text: string) => void;

interface Surroundings {
  readonly print: Print;
  /** Variables that the program has set; undefined when it has deleted one. */
  readonly changed: Map<string, string | undefined>;
}

const surroundings = new WeakMap<SdkStore, Surroundings>();
let active = 0;

function own(): Surroundings | undefined {
  const store = currentStore();
  return store && surroundings.get(store);
}

function isSet(real: NodeJS.ProcessEnv, key: string | symbol): boolean {
  const { changed } = own() ?? {};
  return typeof key === 'string' && changed?.has(key) ? changed.get(key) !== undefined : Reflect.has(real, key);
}

function read(real: NodeJS.ProcessEnv, key: string | symbol): unknown {
  const { changed } = own() ?? {};
  return typeof key === 'string' && changed?.has(key) ? changed.get(key) : Reflect.get(real, key);
}

const sharedEnv: ProxyHandler<NodeJS.ProcessEnv> = {
  get: read,
  has: isSet,
  set(real, key, value) {
    const mine = own();
    if (!mine || typeof key !== 'string') return Reflect.set(real, key, value);
    mine.changed.set(key, String(value));
    return true;
  },
  // Node takes only plain values, which define and set alike.
  defineProperty(real, key, descriptor) {
    if (!own()) return Reflect.defineProperty(real, key, descriptor);
    return Reflect.set(process.env, key, descriptor.value);
  },
  deleteProperty(real, key) {
    const mine = own();
    if (!mine || typeof key !== 'string') return Reflect.deleteProperty(real, key);
    mine.changed.set(key, undefined);
    return true;
  },
  ownKeys(real) {
    const keys = new Set([...Reflect.ownKeys(real), ...(own()?.changed.keys() ?? [])]);
    return [...keys].filter((key) => isSet(real, key));
  },
  getOwnPropertyDescriptor(real, key) {
    if (!isSet(real, key)) return undefined;
    return { value: read(real, key), writable: true, enumerable: true, configurable: true };
  },
};

const METHODS = { log: 'info', info: 'info', warn: 'warning', error: 'warning', debug: 'debug' } as const;
type Method = keyof typeof METHODS;

/** @returns what puts the real one back */
function shareConsole(): () => void {
  const real = new Map<Method, Console[Method]>();
  for (const [name, severity] of Object.entries(METHODS) as [Method, (typeof METHODS)[Method]][]) {
    const print = console[name];
    real.set(name, print);
    console[name] = (...words: unknown[]) => {
      const mine = own();
      if (mine) mine.print(severity, format(...words));
      else print.apply(console, words);
    };
  }
  return () => {
    for (const [name, print] of real) console[name] = print;
  };
}

/** @returns what puts the real one back */
function shareEnv(): () => void {
  const real = process.env;
  const shared = new Proxy(real, sharedEnv);
  process.env = shared;
  return () => {
    if (process.env === shared) process.env = real;
  };
}

let putBack: (() => void)[] = [];

/** Give the current run an environment and a console of its own, until the returned function is called. */
export function surround(store: SdkStore, print: Print): () => void {
  surroundings.set(store, { print, changed: new Map() });
  active += 1;
  if (active === 1) putBack = [shareEnv(), shareConsole()];
  return () => {
    surroundings.delete(store);
    active -= 1;
    if (active === 0) for (const put of putBack.splice(0)) put();
  };
}

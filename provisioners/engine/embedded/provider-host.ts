/** Providers of a run: one instance per configured provider, default ones made when first needed. */
import type { Provider } from '@pulumi/pulumi/provider/index.js';
import type { ProviderPackage, StackRequest } from '../port.ts';
import type { ResourceState } from '../state/deployment.ts';
import { PROVIDER_PREFIX, joinReference, splitReference } from '../wire/urn.ts';
import { hasUnknown, reveal, revealProps, toSecret, type Props } from '../wire/values.ts';
import type { ProviderChoice, Registered, Registration } from './registration.ts';

/** Thrown when a program uses a package that the request did not bring, or an engine feature that there is not. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}

/** @param what is asked for, as the subject of the sentence */
export function notSupported(what: string): UnsupportedError {
  return new UnsupportedError(`${what} is not supported by the embedded engine: use PROVISIONING_ENGINE=pulumi`);
}

/** A provider as the engine calls it. Every answer is asked for with plain property bags. */
export type EngineProvider = ReturnType<ProviderPackage['create']>;

export interface ProviderHost {
  /** The reference of the provider of a resource type or function, registering a default one if need be. */
  resolve(token: string, choice: ProviderChoice): Promise<string>;
  /** The instance behind a reference; undefined in a preview that cannot know its configuration yet. */
  instance(reference: string): Provider | undefined;
  /** Tell the providers that the run is cancelled; what runs may end early. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

interface Dependencies {
  readonly request: StackRequest;
  readonly packages: readonly ProviderPackage[];
  /** Looks for a package that was not brought along; undefined when there is none. */
  readonly findPlugin: (name: string, version: string) => ProviderPackage | undefined;
  /** The provider resource behind a URN. */
  readonly find: (urn: string, id: string) => ResourceState | undefined;
  readonly register: (registration: Registration) => Promise<Registered>;
}

/** `default`, and what sets one default provider of a package apart from another. */
function defaultName({ version, downloadUrl }: ProviderChoice): string {
  const parts = [version, downloadUrl].filter((part) => part !== '').map((part) => part.replace(/[^A-Za-z0-9]/g, '_'));
  return ['default', ...parts].join('_');
}

/** The stack's configuration for a package: `local:region` is `region` of the package `local`. */
function packageConfig({ config = {}, secretConfigKeys = [] }: StackRequest, name: string): Props {
  const result: Props = {};
  for (const [key, value] of Object.entries(config)) {
    if (!key.startsWith(`${name}:`)) continue;
    result[key.slice(name.length + 1)] = secretConfigKeys.includes(key) ? toSecret(value) : value;
  }
  return result;
}

function defaultProvider(request: StackRequest, name: string, choice: ProviderChoice): Registration {
  const { version, downloadUrl } = choice;
  const internal = downloadUrl === '' ? {} : { pluginDownloadURL: downloadUrl };
  const inputs = {
    ...packageConfig(request, name),
    ...internal,
    ...(version === '' ? {} : { version }),
    __internal: internal,
  };
  return {
    type: PROVIDER_PREFIX + name,
    name: defaultName(choice),
    parent: '',
    custom: true,
    inputs,
    provider: { reference: '', version: '', downloadUrl: '' },
    dependencies: [],
    propertyDependencies: {},
    aliases: [],
    deleteBeforeReplace: undefined,
    importId: '',
    options: {},
  };
}

export function createProviderHost({ request, packages, findPlugin, find, register }: Dependencies): ProviderHost {
  const defaults = new Map<string, Promise<string>>();
  const instances = new Map<string, EngineProvider>();

  async function makeDefault(name: string, choice: ProviderChoice): Promise<string> {
    const { urn, id } = await register(defaultProvider(request, name, choice));
    return joinReference(urn, id);
  }

  return {
    async resolve(token, choice) {
      if (choice.reference !== '') return choice.reference;
      const name = token.split(':')[0] ?? '';
      const key = `${name} ${defaultName(choice)}`;
      const made = defaults.get(key) ?? makeDefault(name, choice);
      defaults.set(key, made);
      return made;
    },
    instance(reference) {
      const known = instances.get(reference);
      if (known) return known;
      const { urn, id } = splitReference(reference);
      const state = find(urn, id);
      if (!state) throw new UnsupportedError(`there is no provider ${reference}`);
      const name = state.type.slice(PROVIDER_PREFIX.length);
      const version = reveal(state.inputs['version']);
      const found =
        packages.find((candidate) => candidate.name === name) ??
        findPlugin(name, typeof version === 'string' ? version : '');
      if (!found) {
        throw new UnsupportedError(
          `no provider package "${name}" is attached to this run, and no plugin of it is installed`,
        );
      }
      if (hasUnknown(state.inputs)) return undefined;
      const { __internal: _internal, version: _version, ...config } = revealProps(state.inputs);
      const made = found.create(config);
      instances.set(reference, made);
      return made;
    },
    async cancel() {
      await Promise.all([...instances.values()].map(async (instance) => instance.cancel?.()));
    },
    async close() {
      await Promise.all([...instances.values()].map(async (instance) => instance.close?.()));
    },
  };
}

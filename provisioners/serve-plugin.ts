/**
 * A target's provider package as a provider plugin: what a `pulumi-resource-NAME` on the PATH or in the plugin cache runs. Arguments: the
 * target's name, and the address of the engine that starts it, to which it logs and with which it ends. It is set up as the worker is: by
 * the environment, or by the package's configuration (`local:gatewayUrl` stands for GATEWAY_URL), which goes before.
 */
import grpc from '@grpc/grpc-js';
import engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import engineProto from '@pulumi/pulumi/proto/engine_pb.js';
import { attachProviders } from './engine/cli/providers.ts';
import { createTestimony } from './engine/cli/witness.ts';
import type { ProviderPackage } from './engine/port.ts';
import { discoverTargets } from './kit/discover.ts';
import type { ConnectedTarget } from './kit/target.ts';

const [name = '', engineAddress = ''] = process.argv.slice(2);
const definition = (await discoverTargets()).find((target) => target.name === name);
if (!definition) throw new Error(`there is no target ${name}`);
const engine = new engineService.EngineClient(engineAddress, grpc.credentials.createInsecure());
const connected: ConnectedTarget[] = [];

/** `gatewayUrl` as the environment has it: `GATEWAY_URL`. */
function toEnvironment(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(config).map(
    ([key, value]) => [key.replaceAll(/[A-Z]/g, '_$&').toUpperCase(), String(value)] as const,
  );
  return Object.fromEntries(entries);
}

function log(message: string): void {
  const request = new engineProto.LogRequest();
  request.setSeverity(engineProto.LogSeverity.INFO);
  request.setMessage(message);
  engine.log(request, () => {});
}

const plugin: ProviderPackage = {
  name,
  /** Known when it is configured, and not asked for before. */
  get version() {
    return connected[0]?.packages.find((own) => own.name === name)?.version ?? '';
  },
  create(config) {
    const target = definition.connect({ ...process.env, ...toEnvironment(config) });
    const own = target.packages.find((candidate) => candidate.name === name);
    if (!own) throw new Error(`the target ${name} has no provider package of its name`);
    connected.push(target);
    log(`the provider ${name} ${own.version} is configured`);
    return own.create(config);
  },
};

const attached = await attachProviders(
  [plugin],
  createTestimony(() => {}),
);
const [port] = Object.values(attached.environment).map((list) => list.split(':')[1]);
process.stdout.write(`${port}\n`);

async function end(): Promise<void> {
  await attached.close();
  await Promise.all(connected.map((target) => target.close()));
  engine.close();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());

/** An engine that is gone leaves nobody to end its plugins. */
function endWithEngine(): void {
  const channel = engine.getChannel();
  const state = channel.getConnectivityState(true);
  const wasThere = state === grpc.connectivityState.READY;
  channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, () => {
    if (wasThere) void end();
    else endWithEngine();
  });
}
if (engineAddress !== '') endWithEngine();

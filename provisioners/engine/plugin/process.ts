/** A plugin's process: started with the address of an engine to log to, asked over gRPC, ended when its run ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import grpc from '@grpc/grpc-js';
import engineService from '@pulumi/pulumi/proto/engine_grpc_pb.js';
import type { LogRequest } from '@pulumi/pulumi/proto/engine_pb.js';
import providerService from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';

export type PluginLog = (severity: 'debug' | 'info' | 'warning' | 'error', message: string, urn: string | null) => void;

export interface PluginProcess {
  readonly client: InstanceType<typeof providerService.ResourceProviderClient>;
  /** How the process ended; undefined when it does not end within a moment. */
  ending(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Thrown when a plugin does not start. */
export class PluginStartError extends Error {
  override readonly name = 'PluginStartError';
}

const START_LIMIT_MS = 30_000;
const END_GRACE_MS = 2000;
const ENDING_MOMENT_MS = 1000;
const SEVERITIES = ['debug', 'info', 'warning', 'error'] as const;
const OPTIONS = { 'grpc.max_receive_message_length': -1 };

/** What a plugin may call: it logs. */
async function serveLog(log: PluginLog): Promise<{ address: string; server: grpc.Server }> {
  const server = new grpc.Server(OPTIONS);
  const handle: grpc.handleUnaryCall<LogRequest, object> = ({ request }, callback) => {
    log(SEVERITIES[request.getSeverity()] ?? 'info', request.getMessage(), request.getUrn() || null);
    callback(null, new emptyProto.Empty());
  };
  server.addService(engineService.EngineService, { log: handle });
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, found: number) => (error ? reject(error) : resolve(found));
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), bound);
  });
  return { address: `127.0.0.1:${port}`, server };
}

/** The environment of a plugin: this process's own, but for what opens the state. */
function pluginEnv(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('PULUMI_CONFIG_PASSPHRASE'));
  return { ...Object.fromEntries(entries), NODE_ENV: process.env.NODE_ENV };
}

/** The first line that a plugin prints is its port; what else it says is logged. */
async function readPort(child: ChildProcess, log: PluginLog): Promise<string> {
  if (!child.stdout || !child.stderr) throw new PluginStartError('a plugin has no output');
  const lines = createInterface(child.stdout);
  createInterface(child.stderr).on('line', (line) => log('debug', line, null));
  const [first] = (await once(lines, 'line', { signal: AbortSignal.timeout(START_LIMIT_MS) })) as [string];
  lines.on('line', (line) => log('info', line, null));
  return first.trim();
}

/** @throws PluginStartError */
export async function startPlugin(file: string, log: PluginLog): Promise<PluginProcess> {
  const { address, server } = await serveLog(log);
  const child = spawn(file, [address], { stdio: ['ignore', 'pipe', 'pipe'], env: pluginEnv() });
  let ending: string | undefined;
  const ended = new Promise<void>((resolve) => {
    const end = (how: string) => {
      ending ??= how;
      resolve();
    };
    child.on('exit', (code, signal) => end(signal === null ? `with code ${code}` : `by ${signal}`));
    child.on('error', (error) => end(error.message));
  });

  async function close(): Promise<void> {
    const impatience = setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS);
    if (ending === undefined) child.kill('SIGTERM');
    await ended;
    clearTimeout(impatience);
    server.forceShutdown();
  }

  const failed = ended.then(() =>
    Promise.reject(new PluginStartError(`the plugin ${file} ended ${ending} at its start`)),
  );
  try {
    const port = await Promise.race([readPort(child, log), failed]);
    if (!/^\d+$/.test(port)) throw new PluginStartError(`the plugin ${file} printed "${port}" in place of its port`);
    const client = new providerService.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
      OPTIONS,
    );
    const closeAll = async () => {
      client.close();
      await close();
    };
    failed.catch(() => {});
    // The connection may be gone a moment before the process is.
    const moment = () => new Promise<void>((resolve) => setTimeout(resolve, ENDING_MOMENT_MS).unref());
    const tellEnding = async () => {
      await Promise.race([ended, moment()]);
      return ending;
    };
    return { client, ending: tellEnding, close: closeAll };
  } catch (error) {
    failed.catch(() => {});
    await close();
    throw error;
  }
}

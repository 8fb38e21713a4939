/**
 * The program as the CLI meets it: the language contract (`pulumirpc.LanguageRuntime`) on a free port of the loopback, with the program
 * in this process. The SDK has such a server too; this one keeps programs that run side by side apart, their stray errors included.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import grpc from '@grpc/grpc-js';
import languageService from '@pulumi/pulumi/proto/language_grpc_pb.js';
import proto from '@pulumi/pulumi/proto/language_pb.js';
import type { RunRequest } from '@pulumi/pulumi/proto/language_pb.js';
import pluginProto from '@pulumi/pulumi/proto/plugin_pb.js';
import settings from '@pulumi/pulumi/runtime/settings.js';
import {
  currentStore,
  resetOptions,
  runInPulumiStack,
  runWithStore,
  setAllConfig,
  type SdkStore,
} from '../embedded/sdk.ts';
import { surround, type Print } from '../embedded/surroundings.ts';
import { catchStray } from '../embedded/unhandled.ts';
import type { ProviderPackage, PulumiProgram } from '../port.ts';
import { createServer, listen, unary } from './serve.ts';

export interface ProgramServer {
  /** For the CLI's `--client`. */
  readonly address: string;
  close(): void;
}

function configure(request: RunRequest): void {
  const [engine = ''] = request.getArgsList();
  const [project, stack, monitor] = [request.getProject(), request.getStack(), request.getMonitorAddress()];
  // At 1 the SDK chains the registrations of all programs of the process; the CLI keeps the limit anyway.
  const parallel = Math.max(2, request.getParallel());
  resetOptions(project, stack, parallel, engine, monitor, request.getDryrun(), request.getOrganization());
  setAllConfig(Object.fromEntries(request.getConfigMap().entries()), request.getConfigsecretkeysList());
}

/** What the SDK rejects with when the CLI hangs up after a failure: it says nothing about the program. */
function isHangUp(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === grpc.status.UNAVAILABLE || code === grpc.status.CANCELLED;
}

/** What the program needs. Without it the CLI gives explicit providers a version only once the state has one: a change out of nothing. */
function encodePackages(packages: readonly ProviderPackage[]) {
  return packages.map(({ name, version }) => {
    const needed = new pluginProto.PackageDependency();
    needed.setName(name);
    needed.setKind('resource');
    needed.setVersion(version);
    return needed;
  });
}

export interface ServedProgram {
  readonly program: PulumiProgram;
  readonly packages: readonly ProviderPackage[];
  /** Hears what the program throws, awaited or not. */
  readonly onError: (error: unknown) => void;
  /** Hears what the program prints. */
  readonly onPrint: Print;
}

/** Run the program for one request of the CLI. Call it in a store of the SDK's own. @returns true when the program failed */
async function runFor(
  request: RunRequest,
  { program, onError, onPrint }: ServedProgram,
  store: SdkStore,
): Promise<boolean> {
  let failed = false;
  const hear = (error: unknown) => {
    if (isHangUp(error)) return;
    failed = true;
    onError(error);
  };
  const letGo = catchStray(store, hear);
  const leave = surround(store, onPrint);
  configure(request);
  try {
    await runInPulumiStack(program);
  } catch (error) {
    hear(error);
  }
  // After a success the CLI may still call functions that the program lent it, so the SDK waits for it.
  await settings.disconnect(!failed);
  // Rejections that nobody awaits show themselves after the microtasks.
  await setImmediate();
  letGo();
  leave();
  return failed;
}

/** Serve one program to one CLI process. */
export async function serveProgram(served: ServedProgram): Promise<ProgramServer> {
  const stores: SdkStore[] = [];
  const inRun = AsyncLocalStorage.snapshot();

  async function run(request: RunRequest): Promise<object> {
    const store = currentStore();
    if (!store) throw new Error('the SDK gave the run no store');
    stores.push(store);
    const response = new proto.RunResponse();
    // The error is in the journal already; "bail" tells the CLI so.
    response.setBail(await runFor(request, served, store));
    return response;
  }

  async function listPackages(): Promise<object> {
    const response = new proto.GetRequiredPackagesResponse();
    response.setPackagesList(encodePackages(served.packages));
    return response;
  }

  const server = createServer(languageService.LanguageRuntimeService, {
    run: unary((request: RunRequest) => inRun(() => runWithStore(() => run(request)))),
    getRequiredPackages: unary(listPackages),
    getPluginInfo: unary(async () => {
      const info = new pluginProto.PluginInfo();
      info.setVersion('1.0.0');
      return info;
    }),
  });
  return {
    address: `127.0.0.1:${await listen(server)}`,
    close() {
      // The SDK leaves the channels of a run open.
      for (const store of stores) {
        store.settings.monitor?.close();
        store.settings.engine?.close();
      }
      server.forceShutdown();
    },
  };
}

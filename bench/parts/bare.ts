/** What cannot be avoided under a tenant, done without any of this project's machinery around it, on the same machine in the same run. */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { discoverOfferings } from '../../provisioners/kit/discover.ts';
import type { PlanSpec } from '../../server/domain/manifest.ts';
import { loadPack, type LoadedPack } from '../../provisioners/kit/pack/load.ts';
import { bareClone, bareInstallation, templateOf } from '../../provisioners/targets/local/target.ts';
import { initialiseCluster } from '../../server/start/initdb.ts';
import { getFreePort } from '../../server/start/ports.ts';
import { postgresAccount, postgresBinaries } from '../../server/start/postgres-account.ts';
import { awaitReady, stopServer } from '../../server/start/postgres-process.ts';

export interface BareInstance {
  readonly initdbMs: number;
  readonly startMs: number;
  /** A database with the pack in it. */
  readonly packMs: number;
}

export interface BarePack {
  readonly pack: LoadedPack;
  /** That a private tenant of this plan has without choosing any. */
  readonly modules: readonly string[];
}

export async function packOf(slug: string, planCode: PlanSpec['code']): Promise<BarePack> {
  const offering = (await discoverOfferings()).find((candidate) => candidate.slug === slug);
  const plan = offering?.manifest.plans.find(({ code }) => code === planCode);
  if (!offering?.pack || !offering.blueprint || !plan) throw new Error(`${slug} has no pack or no plan ${planCode}`);
  const components = offering.blueprint({ params: offering.params.parse({}), plan, model: 'private', modules: [] });
  const modules = components.flatMap((component) => (component.kind === 'database' ? component.modules : []));
  return { pack: await loadPack(offering.pack), modules };
}

/** @returns milliseconds that a clone of the pack's template takes in the shared cluster */
export const cloneBare = (tenantsUrl: string, { pack }: BarePack): Promise<number> =>
  bareClone(tenantsUrl, templateOf(pack, []));

/** initdb, a start, a database with the pack; and everything away again. */
export async function makeBareInstance({ pack, modules }: BarePack): Promise<BareInstance> {
  const account = postgresAccount();
  const binaries = postgresBinaries(account);
  const folder = mkdtempSync(path.join(tmpdir(), 'industry-bare-'));
  chmodSync(folder, 0o711);
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid);
  const dataDir = path.join(folder, 'data');
  const password = 'of-a-server-that-lives-for-a-second';
  try {
    const beganAt = performance.now();
    await initialiseCluster({ binaries, account, dataDir, password, sync: true, walSegmentMib: 4 });
    const madeAt = performance.now();
    const port = await getFreePort();
    writeFileSync(
      path.join(dataDir, 'postgresql.conf'),
      `port = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nio_method = 'sync'\nshared_buffers = '32MB'\n`,
    );
    const server = spawn(binaries.postgres, ['-D', dataDir], { ...account, cwd: '/', stdio: 'ignore' });
    try {
      await awaitReady(server, dataDir);
      const readyAt = performance.now();
      const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
      const packMs = await bareInstallation(url, pack, modules);
      return { initdbMs: madeAt - beganAt, startMs: readyAt - madeAt, packMs };
    } finally {
      await stopServer(server);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

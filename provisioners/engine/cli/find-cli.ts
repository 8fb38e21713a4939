import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';

/** Thrown by every call of the engine when there is no Pulumi CLI. */
export class CliMissingError extends Error {
  override readonly name = 'CliMissingError';

  constructor() {
    super(
      'PROVISIONING_ENGINE=pulumi needs the Pulumi CLI, and none was found: name it in PULUMI_CLI, put it on the PATH, or install it ' +
        'in PULUMI_HOME/bin. The embedded engine needs none.',
    );
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function candidates(env: Environment): string[] {
  const named = env['PULUMI_CLI'];
  if (named) return [resolve(named)];
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '' && !isPackageFolder(folder));
  const home = env['PULUMI_HOME'] ?? join(homedir(), '.pulumi');
  return [...onPath.map((folder) => join(folder, 'pulumi')), join(home, 'bin', 'pulumi')];
}

/** What npm puts on the PATH is a stand-in that downloads the CLI when called. */
function isPackageFolder(folder: string): boolean {
  return basename(folder) === '.bin' && basename(dirname(folder)) === 'node_modules';
}

/** The CLI's executable: PULUMI_CLI, or else the PATH, or else PULUMI_HOME. @throws CliMissingError */
export async function findCli(env: Environment): Promise<string> {
  for (const path of candidates(env)) {
    if (await isExecutable(path)) return path;
  }
  throw new CliMissingError();
}

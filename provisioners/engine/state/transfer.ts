/** Stacks leaving and entering as `pulumi stack export` prints them. */
import type { ExportedStack } from '../port.ts';
import { StateFormatError, extractDeployment, openDeployment, parseCheckpoint } from './codec.ts';
import type { Snapshot } from './deployment.ts';
import type { StackName } from './keys.ts';
import { openCrypter } from './secrets.ts';
import { openSession, type StackLease } from './session.ts';
import { findFlaws } from './soundness.ts';
import { installationSalt, readBytes, type StateStore } from './store.ts';

/** Thrown when a deployment that is to be imported is not sound, or is another stack's. */
export class UnsoundDeploymentError extends Error {
  override readonly name = 'UnsoundDeploymentError';
}

/** A stack's deployment, secrets sealed; null when the stack does not exist. */
export async function exportStack(store: StateStore, name: StackName): Promise<ExportedStack | null> {
  const bytes = await readBytes(store, name);
  return bytes ? extractDeployment(bytes) : null;
}

function refuseUnsound(snapshot: Snapshot, { project, stack }: StackName): void {
  const flaws = findFlaws(snapshot);
  const prefix = `urn:pulumi:${stack}::${project}::`;
  const stranger = snapshot.resources.find(({ urn }) => !urn.startsWith(prefix));
  if (stranger) flaws.push(`${stranger.urn} belongs to another stack than ${project}/${stack}`);
  if (flaws.length > 0) throw new UnsoundDeploymentError(`the deployment cannot be imported: ${flaws.join('; ')}`);
}

/**
 * Put a deployment in the place of a stack's, under its fence; secrets are sealed anew with the stack's own key.
 * @returns what was imported
 * @throws UnsoundDeploymentError, StateFormatError, SecretsError, FencedError, StackLockedError
 */
export async function importStack(store: StateStore, lease: StackLease, exported: ExportedStack): Promise<Snapshot> {
  const { version, features = [] } = exported;
  const checkpoint = { version, features, checkpoint: { latest: exported.deployment } };
  if (typeof exported.deployment !== 'object') throw new StateFormatError('a deployment is an object');
  const stored = parseCheckpoint(Buffer.from(JSON.stringify(checkpoint)));
  const crypter = await openCrypter(store.passphrase, stored.salt ?? (await installationSalt(store)));
  const snapshot = openDeployment(stored, crypter);
  refuseUnsound(snapshot, lease);
  const session = await openSession(store, lease, () => snapshot);
  try {
    await session.save();
  } finally {
    await session.release();
  }
  return snapshot;
}

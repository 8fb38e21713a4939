// What a server's folder holds beside its log: the data, or a link to them, and the superuser's password.
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { reachableDataDir, type Account } from './postgres-account.ts';

/** The cluster's data live in `folder`/data, which is a link where the server's account can't reach the folder. */
export function placeData(folder: string, account: Account): string {
  const wanted = path.join(folder, 'data');
  const actual = reachableDataDir(wanted, account);
  if (actual === wanted) return wanted;
  if (!existsSync(wanted)) {
    rmSync(wanted, { force: true }); // a dangling link
    rmSync(actual, { recursive: true, force: true }); // of an installation that is gone
    mkdirSync(actual, { mode: 0o700 });
    if (account.uid !== undefined) chownSync(actual, account.uid, account.gid);
    symlinkSync(actual, wanted);
  }
  return actual;
}

export function keepPassword(folder: string): string {
  const file = path.join(folder, 'password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  writeFileSync(`${file}.new`, password, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return password;
}

/** Removes the folder and the data, wherever they are. The server must have ended. */
export function removeFolder(folder: string): void {
  const data = path.join(folder, 'data');
  const elsewhere = linkTarget(data);
  if (elsewhere !== null) rmSync(elsewhere, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

function linkTarget(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch {
    return null; // missing, or the data themselves
  }
}

/**
 * New data for instances. Making them takes more than a second of a core, and nothing in them belongs to anybody yet: so one set is made in
 * advance, when there is nothing else to do, and the next instance takes it. Each set is an initdb of its own: nothing is ever copied, and no
 * two instances share a system identifier.
 */
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  readFileSync,
} from 'node:fs';
import path from 'node:path';
import { initialiseCluster } from '../start/initdb.ts';
import { reachableDataDir, type Account, type Binaries } from '../start/postgres-account.ts';
import { keepPassword, placeData, removeFolder } from '../start/postgres-folder.ts';

/** MiB; 16 as usual would make every small tenant 24 MB larger. */
const WAL_SEGMENT_MIB = 4;
const SPARE_AFTER_MS = 3_000;
const SPARE = '.spare';
const DONE = 'done';

export interface DataMaker {
  /** Puts new data and the superuser's password into an instance's folder; what an interrupted attempt left there is thrown away. */
  make(folder: string): Promise<void>;
  /** Makes a set in advance, soon. */
  stockUp(): void;
  /** Begins nothing more and waits for what is under way. */
  close(): Promise<void>;
}

/** @param folder of all instances */
export function createDataMaker(
  folder: string,
  { account, binaries, stock: keepsStock }: { account: Account; binaries: Binaries; stock: boolean },
): DataMaker {
  const spare = path.join(folder, SPARE);
  let stocking: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = !keepsStock;

  const initialise = async (home: string, inBackground: boolean): Promise<void> => {
    mkdirSync(home, { recursive: true, mode: 0o711 });
    const dataDir = placeData(home, account);
    const password = keepPassword(home);
    const walSegmentMib = WAL_SEGMENT_MIB;
    await initialiseCluster({ binaries, account, dataDir, password, sync: true, walSegmentMib, inBackground });
  };
  const stock = async (): Promise<void> => {
    if (existsSync(path.join(spare, DONE))) return;
    removeFolder(spare);
    await initialise(spare, true);
    writeFileSync(path.join(spare, DONE), '');
  };
  const stockUp = (): void => {
    if (closed || timer !== null || stocking !== null) return;
    timer = setTimeout(() => {
      timer = null;
      stocking = stock()
        .catch(() => {}) // the next instance makes its own data
        .finally(() => (stocking = null));
    }, SPARE_AFTER_MS);
    timer.unref();
  };
  return {
    stockUp,
    async make(home) {
      if (existsSync(path.join(spare, DONE))) takeSpare(spare, home, account);
      else await initialise(home, false);
      stockUp();
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await stocking;
    },
  };
}

/** The password first: data and password are together, or the data are made anew with the password that is there. */
function takeSpare(spare: string, home: string, account: Account): void {
  rmSync(path.join(spare, DONE)); // from here on it is nobody's spare
  mkdirSync(home, { recursive: true, mode: 0o711 });
  const password = readFileSync(path.join(spare, 'password'), 'utf8');
  writeFileSync(path.join(home, 'password'), password, { mode: 0o600 });
  const [from, to] = [placeData(spare, account), dataPlaceFor(home, account)];
  rmSync(to, { recursive: true, force: true });
  renameSync(from, to);
  removeFolder(spare);
}

/** Where an instance's data go; its link is made when they cannot lie in its folder. */
function dataPlaceFor(home: string, account: Account): string {
  const wanted = path.join(home, 'data');
  const actual = reachableDataDir(wanted, account);
  if (actual !== wanted && !isThere(wanted)) symlinkSync(actual, wanted);
  if (account.uid !== undefined && existsSync(actual)) chownSync(actual, account.uid, account.gid);
  return actual;
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

// Logs of processes that run for months: bounded, while they are being written.
import { copyFileSync, existsSync, renameSync, statSync, truncateSync } from 'node:fs';

const LOG_BYTES_MAX = 10 * 1024 * 1024;
/** `x.log.1` is the youngest; an installation keeps at most `(KEPT + 1) × LOG_BYTES_MAX` a process. */
const KEPT = 3;
const LOOK_EVERY_MS = 30_000;

/** Moves what a log holds to `<file>.1` once it is large. The file itself stays, because a process holds it open for appending: it is copied
 * and emptied. A line written in between is lost; a full disk would lose more.
 * @returns whether it did */
export function rotateLog(file: string, bytesMax = LOG_BYTES_MAX): boolean {
  if (!existsSync(file) || statSync(file).size < bytesMax) return false;
  for (let age = KEPT - 1; age > 0; age -= 1)
    if (existsSync(`${file}.${age}`)) renameSync(`${file}.${age}`, `${file}.${age + 1}`);
  copyFileSync(file, `${file}.1`);
  truncateSync(file, 0);
  return true;
}

/** Looks at a log now and from time to time; a disk that is full or a file that is gone is looked at again later.
 * @returns what ends it */
export function keepRotating(file: string): () => void {
  const look = () => {
    try {
      rotateLog(file);
    } catch {
      // nothing to tell it to: the supervisor's own words go to a person at a terminal
    }
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** A log that stays small: when it is full it becomes the old one, and the old one before is forgotten. */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const BYTES_MAX = 262_144;

export interface LogFile {
  write(text: string | Uint8Array): void;
  close(): void;
}

/** @param file its folder exists */
export function openLogFile(file: string): LogFile {
  let handle = openSync(file, 'a', 0o600);
  let size = fstatSync(handle).size;
  return {
    write: (text) => {
      const bytes = Buffer.from(text).subarray(0, BYTES_MAX);
      if (size + bytes.length > BYTES_MAX) {
        closeSync(handle);
        renameSync(file, `${file}.old`);
        handle = openSync(file, 'a', 0o600);
        size = 0;
      }
      size += writeSync(handle, bytes);
    },
    close: () => closeSync(handle),
  };
}

import type { Operating } from '../journal.ts';
import { messageOf } from './run.ts';

/** Do the work of an announced operation, and tell when it fails. */
export async function told<T>(operating: Operating, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    operating.failed(messageOf(error));
    throw error;
  }
}

/** How long a provider may take. What takes longer is left behind: nobody knows how far it came, so the next run asks again. */
import type { CustomTimeouts, PendingType } from '../state/deployment.ts';

/** Thrown when a provider does not answer in time. */
export class ProviderTimeoutError extends Error {
  override readonly name = 'ProviderTimeoutError';
}

/** For a call that names no other: long enough for a database server of a cloud, short enough for a run to end one day. */
export const CALL_TIMEOUT_MS = 60 * 60_000;

const OPTION: Readonly<Partial<Record<PendingType, keyof CustomTimeouts>>> = {
  creating: 'create',
  updating: 'update',
  deleting: 'delete',
};

/** The option `customTimeouts` of a resource for an operation, or else the run's limit. */
export function timeoutMsFor(timeouts: CustomTimeouts | undefined, type: PendingType, otherwiseMs: number): number {
  const seconds = timeouts?.[OPTION[type] ?? 'create'];
  return seconds === undefined ? otherwiseMs : seconds * 1000;
}

/**
 * Wait for a call of a provider.
 * @param what is done to which resource, for the message: `create urn:…`
 * @throws ProviderTimeoutError
 */
export async function inTime<T>(what: string, limitMs: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const tell = () =>
      reject(new ProviderTimeoutError(`${what}: the provider did not answer within ${limitMs / 1000} s`));
    timer = setTimeout(tell, limitMs);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

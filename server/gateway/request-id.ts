/** A caller's own request id is kept when it is harmless in logs and headers; otherwise one is made. */
import { newId } from '../domain/ids.ts';

export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9_.:-]{8,100}$/.test(header) ? header : `req_${newId()}`;
}

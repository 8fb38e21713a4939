/** Passwords of replication roles: derived, so that a repeated create, or whoever mends a link, comes to the same; each tenant's differs. */
import { createHmac } from 'node:crypto';

/** @param envelopeKey 32 bytes, base64 @returns 192 bits */
export function replicationPassword(envelopeKey: string, role: string): string {
  const derived = createHmac('sha256', Buffer.from(envelopeKey, 'base64')).update(`replication password\n${role}`);
  return derived.digest().subarray(0, 24).toString('base64url');
}

/** Known to both ends of a tenant's tunnel. @returns 32 bytes */
export function tunnelKey(envelopeKey: string, ref: string): Buffer {
  return createHmac('sha256', Buffer.from(envelopeKey, 'base64')).update(`tunnel key\n${ref}`).digest();
}

/** Passwords of replication roles: derived, so that a repeated create, or whoever mends a link, comes to the same; each tenant's differs. */
import { createHmac } from 'node:crypto';

/** @param envelopeKey 32 bytes, base64 @returns 192 bits */
export function replicationPassword(envelopeKey: string, role: string): string {
  const derived = createHmac('sha256', Buffer.from(envelopeKey, 'base64')).update(`replication password\n${role}`);
  return derived.digest().subarray(0, 24).toString('base64url');
}

/** Passwords of replication roles: derived, so that a repeated create, or whoever mends a link, comes to the same; each tenant's differs. */
import { createHmac } from 'node:crypto';

/** @param envelopeKey 32 bytes, base64 @param generation counts the changes, see link_password in the registry @returns 192 bits */
export function replicationPassword(envelopeKey: string, role: string, generation: number): string {
  const label = generation === 0 ? `replication password\n${role}` : `replication password\n${role}\n${generation}`;
  const derived = createHmac('sha256', Buffer.from(envelopeKey, 'base64')).update(label);
  return derived.digest().subarray(0, 24).toString('base64url');
}

/** Known to both ends of a tenant's tunnel. @returns 32 bytes */
export function tunnelKey(envelopeKey: string, ref: string): Buffer {
  return createHmac('sha256', Buffer.from(envelopeKey, 'base64')).update(`tunnel key\n${ref}`).digest();
}

/** Deterministic names: the same tenant gets the same databases and roles, however often it is made. No customer's name enters them. */
import { createHash } from 'node:crypto';

export interface TenantNames {
  readonly database: string;
  readonly owner: string;
  readonly api: string;
  readonly bi: string;
}

export function namesOf(ref: string): TenantNames {
  return { database: ref, owner: `${ref}_owner`, api: `${ref}_api`, bi: `${ref}_bi` };
}

/** Of the public side of a hybrid tenant, in the shared cluster. */
export function edgeNamesOf(ref: string): TenantNames {
  return { database: `${ref}_edge`, owner: `${ref}_edge_owner`, api: `${ref}_edge_api`, bi: `${ref}_edge_bi` };
}

/**
 * Says which resource made an object, in the object's comment. Comments on roles and databases are readable by every tenant, so the
 * URN stands there as a hash.
 */
export function markerOf(urn: string): string {
  return `industry-cloud ${createHash('sha256').update(urn).digest('hex').slice(0, 32)}`;
}

const plain = (text: string): string => text.replaceAll(/[^a-z0-9]+/g, '_');

/** A template's name; its hash is of the SQL in it. */
export function templateName(pack: string, version: string, checksum: string): string {
  return `tpl_${plain(pack)}_${plain(version)}_${checksum.slice(0, 8)}`;
}

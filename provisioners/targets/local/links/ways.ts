/**
 * The three ways on which a hybrid tenant's changes travel. All names follow from the tenant's, so whoever tends a link needs nothing but
 * the ref:
 *   local    business database → DMZ database, in the same private instance
 *   outward  DMZ database → edge database in the shared cluster, as a role that may reach nothing but the DMZ
 *   inward   edge database → business database, dialled by the private side
 */

export const WAYS = ['local', 'outward', 'inward'] as const;
export type WayName = (typeof WAYS)[number];

/** A database, and the instance that it is in; null for the shared cluster. */
export interface Place {
  readonly instance: string | null;
  readonly database: string;
}

export interface Way {
  readonly publisher: Place;
  readonly subscriber: Place;
  /** As whom the publisher is dialled; null: as the platform's superuser, who dials the own instance only. */
  readonly role: string | null;
  readonly publication: string;
  /** Name of the subscription and of its slot. */
  readonly name: string;
  readonly schema: string;
  readonly publish: 'all' | 'insert';
  readonly origin: 'none' | 'any';
}

export interface LinkNames {
  readonly record: Place;
  readonly dmz: Place;
  readonly edge: Place;
  /** May replicate from the DMZ, and do nothing else. */
  readonly replicator: string;
  /** May replicate from the edge database, and do nothing else. */
  readonly collector: string;
}

export function linkNames(ref: string): LinkNames {
  return {
    record: { instance: ref, database: ref },
    dmz: { instance: ref, database: `${ref}_dmz` },
    edge: { instance: null, database: `${ref}_edge` },
    replicator: `${ref}_repl`,
    collector: `${ref}_intake`,
  };
}

export function waysOf(ref: string): Readonly<Record<WayName, Way>> {
  const { record, dmz, edge, replicator, collector } = linkNames(ref);
  const out = { publication: 'edge_out', schema: 'edge', publish: 'all', origin: 'any' } as const;
  return {
    local: { ...out, publisher: record, subscriber: dmz, role: null, name: `${ref}_dmz` },
    outward: { ...out, publisher: dmz, subscriber: edge, role: replicator, name: `${ref}_edge` },
    inward: {
      publication: 'edge_in',
      schema: 'intake',
      publish: 'insert',
      origin: 'none',
      publisher: edge,
      subscriber: record,
      role: collector,
      name: `${ref}_intake`,
    },
  };
}

/** The tenant whose replication role this is. */
export const refOfRole = (role: string): string => role.replace(/_(repl|intake)$/, '');

/** As whom an agent of the private side writes to the edge. */
export const writerOf = (ref: string): string => `${ref}_push`;

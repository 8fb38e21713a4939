/** Columns and views of what other objects refer to, the same everywhere. */
import type { Prisma } from '../../prisma/generated/client.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { TenantId, TenantRef } from '../domain/ids.ts';
import type { TenantState } from '../domain/lifecycle.ts';

export const SELECT_ORGANISATION = { select: { id: true, name: true, slug: true } } as const;
export const SELECT_PERSON = { select: { id: true, name: true } } as const;
export const SELECT_TENANT_REF = { select: { id: true, ref: true, name: true, state: true } } as const;
export const SELECT_TARGET = {
  select: { name: true, healthy: true, region: { select: { code: true, nameEn: true, nameZh: true } } },
} as const;
export const SELECT_OFFERING = { select: { slug: true, version: true, manifest: true } } as const;

/** Somebody who left the organisation: row-level security hides them, the record that they acted stays. */
const FORMER_MEMBER = { id: '', name: '—' };

/** A person as far as the reader may know them.
 * @param row null where row-level security hides it, whatever the generated type says */
export const personRef = (row: { readonly id: string; readonly name: string } | null) => row ?? FORMER_MEMBER;

/** A published manifest was validated when it was published. */
export const manifestOf = (row: { readonly manifest: Prisma.JsonValue }): Manifest =>
  row.manifest as unknown as Manifest;

export function offeringRef(row: {
  readonly slug: string;
  readonly version: string;
  readonly manifest: Prisma.JsonValue;
}) {
  const { name, hue } = manifestOf(row);
  return { slug: row.slug, version: row.version, name, hue };
}

export const regionView = (region: { readonly code: string; readonly nameEn: string; readonly nameZh: string }) => ({
  code: region.code,
  name: { en: region.nameEn, zh: region.nameZh },
});

export function targetRef(target: {
  readonly name: string;
  readonly healthy: boolean;
  readonly region: { readonly code: string; readonly nameEn: string; readonly nameZh: string };
}) {
  return { name: target.name, healthy: target.healthy, region: regionView(target.region) };
}

/** Rows carry plain strings; their columns only ever hold ids made as such. */
export function tenantRefView(row: {
  readonly id: string;
  readonly ref: string;
  readonly name: string;
  readonly state: string;
}) {
  return { id: row.id as TenantId, ref: row.ref as TenantRef, name: row.name, state: row.state as TenantState };
}

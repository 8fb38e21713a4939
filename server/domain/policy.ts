/** Roles and rights. Services ask `allowed(actor, right, org)`; nothing else decides. */
import { z } from 'zod';
import type { OrganisationId, UserId } from './ids.ts';

export const ROLES = ['customer_admin', 'customer_member', 'sales_engineer', 'platform_admin', 'auditor'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** The pages a role lands on and the navigation it gets. */
export type Persona = 'customer' | 'desk' | 'admin' | 'auditor';
export const PERSONA = {
  customer_admin: 'customer',
  customer_member: 'customer',
  sales_engineer: 'desk',
  platform_admin: 'admin',
  auditor: 'auditor',
} as const satisfies Record<Role, Persona>;

export const RIGHTS = [
  'catalogue:read',
  'price_book:read',
  'preview:create',
  'order:read',
  'order:place',
  'order:cancel',
  'order:approve',
  'quote:read',
  'quote:write',
  'quote:accept',
  'quote:discount_over_limit',
  'tenant:read',
  'tenant:operate',
  'tenant:call',
  'tenant:reveal_key',
  'tenant:manage_keys',
  'run:read',
  'run:retry',
  'run:cancel',
  'run:approve',
  'audit:read',
  'audit:verify',
  'token:manage',
  'people:read',
  'people:manage',
  'organisation:read',
  'target:read',
] as const;
export const Right = z.enum(RIGHTS);
export type Right = z.infer<typeof Right>;

const customerMember = [
  'catalogue:read',
  'preview:create',
  'order:read',
  'quote:read',
  'tenant:read',
  'tenant:call',
  'run:read',
  'organisation:read',
] as const satisfies readonly Right[];

export const RIGHTS_OF = {
  customer_member: customerMember,
  customer_admin: [
    ...customerMember,
    'order:place',
    'order:cancel',
    'quote:accept',
    'tenant:operate',
    'tenant:reveal_key',
    'tenant:manage_keys',
    'run:retry',
    'run:cancel',
    'audit:read',
    'audit:verify',
    'token:manage',
    'people:read',
  ],
  sales_engineer: [
    'catalogue:read',
    'price_book:read',
    'preview:create',
    'quote:read',
    'quote:write',
    'order:read',
    'tenant:read',
    'run:read',
    'organisation:read',
    'token:manage',
  ],
  platform_admin: [
    'catalogue:read',
    'price_book:read',
    'order:read',
    'order:approve',
    'order:cancel',
    'quote:read',
    'quote:discount_over_limit',
    'tenant:read',
    'tenant:operate',
    'run:read',
    'run:retry',
    'run:cancel',
    'run:approve',
    'audit:read',
    'audit:verify',
    'token:manage',
    'people:read',
    'people:manage',
    'organisation:read',
    'target:read',
  ],
  auditor: [
    'catalogue:read',
    'price_book:read',
    'order:read',
    'quote:read',
    'tenant:read',
    'run:read',
    'audit:read',
    'audit:verify',
    'people:read',
    'organisation:read',
    'target:read',
    'token:manage',
  ],
} as const satisfies Record<Role, readonly Right[]>;

/** Roles that see every organisation. All others see their own only; foreign ids answer "not found". */
export const PLATFORM_ROLES = ['sales_engineer', 'platform_admin', 'auditor'] as const satisfies readonly Role[];

/** Scopes of an API token are rights; a token never has more than its owner's role. */
export interface Actor {
  readonly kind: 'user' | 'token';
  readonly userId: UserId;
  readonly name: string;
  readonly email: string;
  readonly orgId: OrganisationId;
  readonly orgName: string;
  readonly role: Role;
  /** Null for a signed-in person: all rights of the role. */
  readonly scopes: readonly Right[] | null;
  readonly tokenId: string | null;
}

export function seesAllOrganisations(actor: { readonly role: Role }): boolean {
  return (PLATFORM_ROLES as readonly Role[]).includes(actor.role);
}

/** Whether the actor has the right at all (not yet: on which object). */
export function hasRight(
  actor: { readonly role: Role; readonly scopes: readonly Right[] | null },
  right: Right,
): boolean {
  const ofRole: readonly Right[] = RIGHTS_OF[actor.role];
  return ofRole.includes(right) && (actor.scopes === null || actor.scopes.includes(right));
}

/** Whether the actor may see objects of this organisation. */
export function reaches(actor: { readonly role: Role; readonly orgId: string }, orgId: string): boolean {
  return seesAllOrganisations(actor) || actor.orgId === orgId;
}

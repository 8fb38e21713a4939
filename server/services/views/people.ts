import { z } from 'zod';
import { OrganisationId, TokenId, UserId } from '../../domain/ids.ts';
import { Right, Role } from '../../domain/policy.ts';
import { OrganisationRef, PageInput, PersonRef, SearchText } from './common.ts';

export const Me = z.object({
  userId: UserId,
  name: z.string(),
  email: z.string(),
  organisation: OrganisationRef,
  role: Role,
  persona: z.enum(['customer', 'desk', 'admin', 'auditor']),
  /** What this caller may do: the role's rights, or fewer for a token. */
  rights: z.array(Right),
  via: z.enum(['user', 'token']),
});

export const ChangePasswordInput = z.object({
  current: z.string().min(1).max(200),
  next: z.string().min(12, 'at least 12 characters').max(200),
});

export const PersonView = z.object({
  id: UserId,
  name: z.string(),
  email: z.string(),
  disabled: z.boolean(),
  createdAt: z.date(),
  memberships: z.array(z.object({ organisation: OrganisationRef, role: Role })),
});
export const PeopleListInput = PageInput.extend({
  q: SearchText.optional(),
  organisationId: OrganisationId.optional(),
});
export const SetDisabledInput = z.object({ userId: UserId, disabled: z.boolean() });

export const OrganisationView = z.object({
  id: OrganisationId,
  slug: z.string(),
  name: z.string(),
  kind: z.enum(['customer', 'platform']),
  tenants: z.int(),
  people: z.int(),
  createdAt: z.date(),
});
export const OrganisationListInput = PageInput.extend({
  q: SearchText.optional(),
  kind: z.enum(['customer', 'platform']).optional(),
});

export const TokenView = z.object({
  id: TokenId,
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(Right),
  owner: PersonRef,
  createdAt: z.date(),
  expiresAt: z.date(),
  lastUsedAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
});
export const CreateTokenInput = z.object({
  name: z.string().trim().min(1).max(80),
  scopes: z.array(Right).min(1),
  expiresInDays: z.int().min(1).max(365),
});
/** The plaintext is in this one answer and nowhere else. */
export const CreatedToken = TokenView.extend({ token: z.string() });

import type { Prisma } from '../../prisma/generated/client.ts';
import { newId } from '../domain/ids.ts';
import type { Right } from '../domain/policy.ts';
import type { Transaction } from './client.ts';

export interface NewAuditEntry {
  readonly organisationId: string;
  readonly actorKind: 'user' | 'token' | 'worker' | 'system';
  readonly actorId: string;
  readonly actorName: string;
  readonly behalfOf?: string;
  /** `system` for acts that need no right, such as the sealer's. */
  readonly rightUsed: Right | 'system';
  /** `order.place`, `quote.discount.set`, … */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly subjectName: string;
  /** What was there; {} for a creation. Never a secret. */
  readonly before: Prisma.InputJsonObject;
  readonly after: Prisma.InputJsonObject;
  readonly requestId: string;
  readonly ip: string;
}

/** Appends an entry to the audit trail, in the transaction of the change itself. The sealer chains it later, in commit order. */
export async function appendAudit(tx: Transaction, entry: NewAuditEntry): Promise<void> {
  await tx.auditEntry.create({ data: { id: newId(), ...entry }, select: { id: true } });
}

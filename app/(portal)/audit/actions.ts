/** What the trail can be narrowed to: the acts that are written down, and what they are about. */
import { ActionName } from '@/server/domain/lifecycle.ts';

export const SUBJECT_KINDS = ['order', 'quote', 'tenant', 'run', 'token', 'user', 'organisation', 'audit'] as const;

const ACTS = [
  'order.place',
  'order.cancel',
  'order.approve',
  'order.reject',
  'quote.create',
  'quote.send',
  'quote.accept',
  'quote.decline',
  'discount.approve',
  'discount.reject',
  'tenant.key.reveal',
  'tenant.api.call',
  'run.retry',
  'run.cancel',
  'run.approve',
  'run.reject',
  'token.create',
  'token.revoke',
  'session.sign_in',
  'session.sign_out',
  'session.end_all',
  'password.change',
  'person.create',
  'person.disable',
  'person.enable',
  'organisation.create',
  'audit.export',
] as const;

/** By their beginning: `run.provision` finds every end of such a run. Lifecycle actions come from the lifecycle. */
export const AUDIT_ACTIONS: readonly string[] = [
  ...ACTS,
  ...ActionName.options.flatMap((action) => [`tenant.${action}`, `run.${action}`]),
].toSorted();

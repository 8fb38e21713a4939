/**
 * Slowing down guesses, by e-mail and by address. A try is written down before the password is looked at, so that many at once do not slip
 * through; a success takes it back. Rows outlive the process and are shared by all of them.
 */
import { createHash } from 'node:crypto';
import type { Database, Transaction } from '../db/client.ts';
import { inScope, PLATFORM } from '../db/scope.ts';
import { newId } from '../domain/ids.ts';

const MEMORY_MS = 3_600_000;
const WAIT_MS_MAX = 15 * 60_000;
const FIRST_WAIT_MS = 30_000;

/** Free tries within the memory. Behind one address many people may sit. */
const FREE = { email: 5, ip: 20 } as const;
type Kind = keyof typeof FREE;

export interface Attempt {
  readonly email: string;
  readonly ip: string;
}

/** Write a try down.
 * @returns how long to wait instead, seconds; 0 when it may go on */
export async function beginAttempt(db: Database, attempt: Attempt, now: Date): Promise<number> {
  return inScope(db, PLATFORM, async (tx) => {
    const subjects = subjectsOf(attempt);
    // Always in the same order, so that two never wait for each other.
    for (const { hash } of [...subjects].sort((a, b) => (a.hash < b.hash ? -1 : 1))) {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${hash}, 1))::text`;
    }
    await tx.signInAttempt.deleteMany({ where: { at: { lt: new Date(now.getTime() - MEMORY_MS) } } });
    let wait = 0;
    for (const { kind, hash } of subjects) wait = Math.max(wait, await waitMs(tx, kind, hash, now));
    if (wait > 0) return Math.ceil(wait / 1_000);
    await tx.signInAttempt.createMany({ data: subjects.map(({ hash }) => ({ id: newId(), subject: hash, at: now })) });
    return 0;
  });
}

/** The password was right: the person's tries are forgotten, and this one at the address. */
export async function forgetAttempts(db: Database, attempt: Attempt, now: Date): Promise<void> {
  const [email, ip] = subjectsOf(attempt);
  await inScope(db, PLATFORM, async (tx) => {
    await tx.signInAttempt.deleteMany({ where: { OR: [{ subject: email!.hash }, { subject: ip!.hash, at: now }] } });
  });
}

/** After the free tries of an hour each further one doubles the wait, up to a quarter of an hour. */
async function waitMs(tx: Transaction, kind: Kind, subject: string, now: Date): Promise<number> {
  const rows = await tx.signInAttempt.findMany({ where: { subject }, orderBy: { at: 'desc' }, select: { at: true } });
  const excess = rows.length - FREE[kind];
  const last = rows[0];
  if (!last || excess < 0) return 0;
  const wait = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** excess);
  return Math.max(0, last.at.getTime() + wait - now.getTime());
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

function subjectsOf({ email, ip }: Attempt): { readonly kind: Kind; readonly hash: string }[] {
  return [
    { kind: 'email', hash: sha256(`email:${email.trim().toLowerCase()}`) },
    { kind: 'ip', hash: sha256(`ip:${ip}`) },
  ];
}

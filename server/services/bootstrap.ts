/** The first people of an installation. */
import { hashPassword, randomPassword } from '../auth/passwords.ts';
import { makeToken } from '../auth/tokens.ts';
import { appendAudit } from '../db/audit.ts';
import type { Database, Transaction } from '../db/client.ts';
import { inScope, PLATFORM } from '../db/scope.ts';
import { newId } from '../domain/ids.ts';
import { RIGHTS_OF, type Role } from '../domain/policy.ts';

export interface FirstPerson {
  readonly role: Role;
  readonly name: string;
  readonly email: string;
  /** Plaintext, told this once. */
  readonly password: string;
}
export interface FirstPeople {
  readonly people: readonly FirstPerson[];
  /** A token of the first customer admin with all rights of the role, a year; null where there is no such person. */
  readonly cliToken: string | null;
}

const PLATFORM_ORGANISATION = { slug: 'industry-cloud', name: 'Industry Cloud', kind: 'platform' } as const;
const CUSTOMER_ORGANISATION = { slug: 'lanhai-retail', name: 'Lanhai Retail', kind: 'customer' } as const;
type NewOrganisation = typeof PLATFORM_ORGANISATION | typeof CUSTOMER_ORGANISATION;
interface Post {
  readonly role: Role;
  readonly name: string;
  readonly email: string;
  readonly at: NewOrganisation;
}

const PEOPLE = {
  /** Somebody of every persona, to look around. */
  demo: [
    { role: 'customer_admin', name: 'Chen Yu', email: 'chen.yu@lanhai.example', at: CUSTOMER_ORGANISATION },
    { role: 'sales_engineer', name: 'Sun Yue', email: 'sun.yue@industry-cloud.example', at: PLATFORM_ORGANISATION },
    { role: 'platform_admin', name: 'Lin Qiao', email: 'lin.qiao@industry-cloud.example', at: PLATFORM_ORGANISATION },
    { role: 'auditor', name: 'Maya Fischer', email: 'maya.fischer@industry-cloud.example', at: PLATFORM_ORGANISATION },
  ],
  /** One administrator, who lets the others in. */
  admin: [
    { role: 'platform_admin', name: 'Administrator', email: 'admin@industry-cloud.example', at: PLATFORM_ORGANISATION },
  ],
} as const satisfies Record<string, readonly Post[]>;

const YEAR_MS = 365 * 24 * 3_600_000;

/** Make the first people, once: an installation that has people is left as it is.
 * @returns who was made, with passwords; null when there were people already */
export async function bootstrapInstallation(
  db: Database,
  kind: keyof typeof PEOPLE,
  now = new Date(),
): Promise<FirstPeople | null> {
  const posts: readonly Post[] = PEOPLE[kind];
  // Hashing takes a while and holds no lock.
  const made = await Promise.all(
    posts.map(async (post) => {
      const password = randomPassword();
      return { ...post, id: newId(), password, passwordHash: await hashPassword(password) };
    }),
  );
  return inScope(db, PLATFORM, async (tx) => {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('first people'))::text`;
    if ((await tx.user.count()) > 0) return null;
    const organisations = await makeOrganisations(tx, posts);
    for (const { id, name, email, role, at, passwordHash } of made) {
      const organisationId = organisations.get(at.slug)!;
      await tx.user.create({ data: { id, name, email, passwordHash }, select: { id: true } });
      await tx.membership.create({ data: { id: newId(), organisationId, userId: id, role }, select: { id: true } });
      await audit(tx, { organisationId, action: 'person.create', kind: 'user', id, name, after: { email, role } });
    }
    const customer = made.find(({ role }) => role === 'customer_admin');
    const cliToken = customer ? await makeCliToken(tx, customer.id, organisations.get(customer.at.slug)!, now) : null;
    return { people: made.map(({ role, name, email, password }) => ({ role, name, email, password })), cliToken };
  });
}

async function makeOrganisations(tx: Transaction, posts: readonly Post[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { slug, name, kind } of new Set(posts.map(({ at }) => at))) {
    const id = newId();
    await tx.organisation.create({ data: { id, slug, name, kind }, select: { id: true } });
    await audit(tx, {
      organisationId: id,
      action: 'organisation.create',
      kind: 'organisation',
      id,
      name,
      after: { slug, kind },
    });
    ids.set(slug, id);
  }
  return ids;
}

async function makeCliToken(tx: Transaction, userId: string, organisationId: string, now: Date): Promise<string> {
  const { token, prefix, hash } = makeToken();
  const id = newId();
  const scopes = [...RIGHTS_OF.customer_admin];
  const expiresAt = new Date(now.getTime() + YEAR_MS);
  const name = 'command line';
  await tx.apiToken.create({
    data: { id, organisationId, userId, name, prefix, hash, scopes, expiresAt },
    select: { id: true },
  });
  await audit(tx, {
    organisationId,
    action: 'token.create',
    kind: 'token',
    id,
    name,
    after: { prefix, scopes, userId },
  });
  return token;
}

interface Made {
  readonly organisationId: string;
  readonly action: string;
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly after: { readonly [key: string]: string | readonly string[] };
}

async function audit(tx: Transaction, { organisationId, action, kind, id, name, after }: Made): Promise<void> {
  await appendAudit(tx, {
    organisationId,
    actorKind: 'system',
    actorId: 'bootstrap',
    actorName: 'bootstrap',
    rightUsed: 'system',
    action,
    subjectKind: kind,
    subjectId: id,
    subjectName: name,
    before: {},
    after: JSON.parse(JSON.stringify(after)) as Record<string, string>,
    requestId: `bootstrap-${newId()}`,
    ip: '',
  });
}

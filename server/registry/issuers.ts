/** Issuers: who may sign the short-lived tokens that tenants' APIs accept. Only public keys are kept. */
import type { Queryable } from './schema.ts';

export interface Issuer {
  /** Key id, as in a token's header. */
  readonly id: string;
  /** Ed25519 public key, SPKI PEM. */
  readonly publicKey: string;
}

/** Issuers that are not revoked. */
export async function listIssuers(db: Queryable): Promise<Issuer[]> {
  const { rows } = await db.query<Issuer>(
    'SELECT id, public_key AS "publicKey" FROM issuer WHERE revoked_at IS NULL ORDER BY id',
  );
  return rows;
}

/** Registers an issuer; the same id again replaces its key. */
export async function putIssuer(db: Queryable, issuer: Issuer): Promise<void> {
  await db.query(
    `INSERT INTO issuer (id, public_key) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET public_key = excluded.public_key, revoked_at = NULL
     WHERE (issuer.public_key, issuer.revoked_at) IS DISTINCT FROM (excluded.public_key, NULL)`,
    [issuer.id, issuer.publicKey],
  );
}

export async function revokeIssuer(db: Queryable, id: string): Promise<void> {
  await db.query('UPDATE issuer SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL', [id]);
}

// The two roles of the platform database. Migrations run as the owner; requests run as the application role, on which
// row-level security applies. Migrations grant to the group `industry_cloud_app`; the role that logs in is a member of it.
import { escapeIdentifier, escapeLiteral, type Client } from 'pg';

export const OWNER_ROLE = 'industry_cloud_owner';
export const APPLICATION_GROUP = 'industry_cloud_app';

/** Make the group and its login role, or give the login role the password of this installation.
 * @param client connected to the platform database as a role that may create roles
 * @param login the application's login role */
export async function ensureApplicationRole(client: Client, login: { name: string; password: string }): Promise<void> {
  await inRoleLock(client, async () => {
    await ensureRole(client, APPLICATION_GROUP, 'NOLOGIN');
    await ensureRole(client, login.name, 'LOGIN INHERIT');
    await client.query(`ALTER ROLE ${escapeIdentifier(login.name)} PASSWORD ${escapeLiteral(login.password)}`);
    await client.query(`GRANT ${APPLICATION_GROUP} TO ${escapeIdentifier(login.name)}`);
  });
}

/** Make the owner of the platform database, on a cluster of our own. @param client connected as superuser */
export async function ensureOwnerRole(client: Client, password: string): Promise<void> {
  await inRoleLock(client, async () => {
    await ensureRole(client, OWNER_ROLE, 'LOGIN CREATEROLE CREATEDB');
    await client.query(`ALTER ROLE ${OWNER_ROLE} PASSWORD ${escapeLiteral(password)}`);
  });
}

async function ensureRole(client: Client, name: string, attributes: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  if (rowCount === 0) await client.query(`CREATE ROLE ${escapeIdentifier(name)} ${attributes}`);
}

/** Roles belong to the cluster, so two processes that prepare two databases may meet here. */
async function inRoleLock(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query("SELECT pg_advisory_xact_lock(hashtext('industry-cloud roles'))");
    await work();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

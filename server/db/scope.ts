import type { Database, Transaction } from './client.ts';

/** For whom a transaction works. `platform` reaches every organisation; row-level security holds the other to its own. */
export type Scope = { readonly kind: 'platform' } | { readonly kind: 'organisation'; readonly organisationId: string };

export const PLATFORM: Scope = { kind: 'platform' };

/** Runs `work` in one transaction that row-level security holds to `scope`. The setting ends with the transaction. */
export async function inScope<T>(
  db: Database,
  scope: Scope,
  work: (tx: Transaction) => Promise<T>,
  options: { readonly timeoutMs?: number } = {},
): Promise<T> {
  return db.$transaction(
    async (tx) => {
      await enterScope(tx, scope);
      return work(tx);
    },
    options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs },
  );
}

async function enterScope(tx: Transaction, scope: Scope): Promise<void> {
  const organisationId = scope.kind === 'organisation' ? scope.organisationId : '';
  const platform = scope.kind === 'platform' ? 'platform' : '';
  await tx.$queryRaw`SELECT set_config('app.organisation_id', ${organisationId}, true), set_config('app.scope', ${platform}, true)`;
}

/**
 * The platform database. Everything that reads or writes organisation data does so inside `inScope` (scope.ts); services and the worker
 * use this folder, nothing of the business lives here.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from '../../prisma/generated/client.ts';

export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;

/** Connects lazily; no connection is held while nothing is asked.
 * @param url of the application role (row-level security applies) or, for state and queue, of the owner
 * @param poolMax connections at most */
export function createDatabase(url: string, poolMax = 10): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: poolMax,
    min: 0,
    idleTimeoutMillis: 30_000,
    application_name: 'industry-cloud',
  });
  return new PrismaClient({ adapter, log: [], transactionOptions: { maxWait: 10_000, timeout: 20_000 } });
}

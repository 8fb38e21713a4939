import { createHash } from 'node:crypto';

export interface StackName {
  readonly project: string;
  readonly stack: string;
}

/** How the fence table and messages name a stack. */
export function stackKey({ project, stack }: StackName): string {
  return `organization/${project}/${stack}`;
}

/** Keys of the CLI's backend. It takes the database's name in its URL for a bucket prefix, so every key begins with it. */
export function stateKey(database: string, { project, stack }: StackName): string {
  return `${database}/.pulumi/stacks/${project}/${stack}.json`;
}

export function lockPrefix(database: string, name: StackName): string {
  return `${database}/.pulumi/locks/${stackKey(name)}/`;
}

/** The number of the session advisory lock that says that the writer of a lock row is alive. */
export function advisoryKey(lockKey: string): string {
  return createHash('sha256').update(lockKey).digest().readBigInt64BE().toString();
}

/** A row's document in the CLI's table: the bytes in base64. */
export function encodeData(bytes: string): string {
  return JSON.stringify({ data: Buffer.from(bytes).toString('base64') });
}

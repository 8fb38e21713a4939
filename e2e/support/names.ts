import { randomBytes } from 'node:crypto';

/** A tenant's name that no other test has. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(3).toString('hex')}`;

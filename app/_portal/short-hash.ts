/** A hash as buttons and sentences name it: its first six digits. */
export const shortHash = (hash: string): string => hash.replace(/^[a-z0-9]+:/, '').slice(0, 6);

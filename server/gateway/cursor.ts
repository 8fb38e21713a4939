/** Cursors of keyset paging: the key of the last row seen, opaque to callers and bound to its view. */
export function encodeCursor(view: string, key: readonly string[]): string {
  return Buffer.from(JSON.stringify([1, view, ...key]), 'utf8').toString('base64url');
}

/** @returns the key's values as text, or null when it is no cursor of this view */
export function decodeCursor(view: string, columns: number, cursor: string): string[] | null {
  if (!/^[A-Za-z0-9_-]{1,1500}$/.test(cursor)) return null;
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== columns + 2 || parts[0] !== 1 || parts[1] !== view) return null;
  const key: unknown[] = parts.slice(2);
  return key.every((value) => typeof value === 'string') ? key : null;
}

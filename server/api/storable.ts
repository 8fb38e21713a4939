/** What a database can hold. Schemas say what a field means; some values that fit them are none that PostgreSQL takes. */

/** Years 1 to 9999: what can also be written down in four digits. */
const DATE_MS_MIN = Date.parse('0001-01-01T00:00:00Z');
const DATE_MS_MAX = Date.parse('9999-12-31T23:59:59.999Z');

export interface Unstorable {
  /** Dotted, from the input's root. */
  readonly path: string;
  readonly message: string;
}

/** The first member that no database takes: text with a NUL or half a character, a date beyond the calendar. Null when there is none.
 * Goes by a list of its own, because an input may be nested deeper than calls can be, and may hold itself. */
export function findUnstorable(input: unknown): Unstorable | null {
  const todo: { readonly value: unknown; readonly path: string }[] = [{ value: input, path: '' }];
  const seen = new Set<object>();
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { value, path } = next;
    const message = whatIsWrong(value);
    if (message !== null) return { path, message };
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [name, member] of Object.entries(value)) {
      if (whatIsWrong(name) !== null) return { path, message: 'has a name with unreadable characters' };
      todo.push({ value: member, path: path === '' ? name : `${path}.${name}` });
    }
  }
  return null;
}

function whatIsWrong(value: unknown): string | null {
  if (typeof value === 'string') {
    return value.includes('\0') || !value.isWellFormed() ? 'has unreadable characters' : null;
  }
  if (!(value instanceof Date)) return null;
  const ms = value.getTime();
  return ms < DATE_MS_MIN || ms > DATE_MS_MAX ? 'is not within the years 1 to 9999' : null;
}

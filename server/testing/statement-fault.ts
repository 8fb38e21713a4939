// Lets a process fail, or die, right before one of its own SQL statements: the points between two statements are where work is left half done.
import { Client } from 'pg';

export interface StatementPoint {
  /** Part of the statement, as a regular expression. */
  readonly text: string;
  /** 1 for the first statement like it. */
  readonly occurrence: number;
}

let armed: { readonly pattern: RegExp; left: number; readonly strike: () => void } | null = null;
let patched = false;

/** Before the next statement like this one `strike` is called, once; what it throws the statement fails with, unsent. */
export function armStatement({ text, occurrence }: StatementPoint, strike: () => void): void {
  armed = { pattern: new RegExp(text), left: occurrence, strike };
  if (patched) return;
  patched = true;
  const real = Reflect.get(Client.prototype, 'query') as (...args: unknown[]) => unknown;
  Reflect.set(Client.prototype, 'query', function (this: Client, ...args: unknown[]): unknown {
    const error = strikeAt(textOf(args[0]));
    if (error === null) return real.apply(this, args);
    const callback = args.findLast((arg): arg is (error: Error) => void => typeof arg === 'function');
    if (callback === undefined) return Promise.reject(error);
    process.nextTick(callback, error);
    return undefined;
  });
}

/** Whether the point was not reached. */
export const isArmed = (): boolean => armed !== null;
export const disarm = (): void => void (armed = null);

function strikeAt(text: string): Error | null {
  if (armed === null || !armed.pattern.test(text)) return null;
  armed.left -= 1;
  if (armed.left > 0) return null;
  const { strike } = armed;
  armed = null;
  try {
    strike();
    return null;
  } catch (error) {
    return error as Error;
  }
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : '';
}

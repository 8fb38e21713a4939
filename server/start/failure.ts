// What can go wrong at a start and is not a bug: said in one line, without a stack trace.

/** An error whose message is for the person at the terminal. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** The one line to print for any error. */
export function describeFailure(error: unknown): string {
  if (error instanceof StartFailure) return error.message;
  if (hasCode(error, 'ENOSPC'))
    return 'The disk is full: free some space, or set DATA_DIR to a folder on another disk.';
  if (hasCode(error, 'EACCES') || hasCode(error, 'EROFS') || hasCode(error, 'EPERM')) {
    return `Not allowed: ${messageOf(error)}`;
  }
  return messageOf(error);
}

/** @returns whether a driver's or the system's error carries this code */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

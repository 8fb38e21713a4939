// What must be undone when the installation ends, whether or not it ever became ready.

export class Cleanup {
  #tasks: (() => void | Promise<void>)[] = [];

  /** @param task called once, after the tasks added later than it */
  add(task: () => void | Promise<void>): void {
    this.#tasks.push(task);
  }

  /** Undo everything, newest first; one that fails does not keep the others from being undone. */
  async run(): Promise<void> {
    for (let task = this.#tasks.pop(); task; task = this.#tasks.pop()) {
      try {
        await task();
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }
}

/** Run several beginnings at once. When one fails the others are told to end, and all have ended when this rejects.
 * @throws the first failure */
export async function allOrNone<T extends readonly Promise<unknown>[]>(
  ending: AbortController,
  beginnings: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  let first: { reason: unknown } | undefined;
  const watched = beginnings.map((beginning) =>
    beginning.catch((reason: unknown) => {
      first ??= { reason };
      ending.abort(reason);
    }),
  );
  await Promise.all(watched);
  if (first) throw first.reason;
  return Promise.all(beginnings);
}

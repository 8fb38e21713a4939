/**
 * At most one write at a time; whoever asks while one is running shares the next. A write begins after the ask, so it holds whatever
 * the asker has done.
 */
export function createGroupCommit(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function start(): Promise<void> {
    next = undefined;
    const current = write().finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  }

  return function commit() {
    if (!running) return start();
    next ??= running.then(start, start);
    return next;
  };
}

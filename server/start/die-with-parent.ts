// Preloaded into every child (node --import …): when the supervisor is gone, however it went, the child ends too.
// An orderly end is tried first; a child that hangs is cut off.

const ORDERLY_WITHIN_MS = 5_000;

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), ORDERLY_WITHIN_MS).unref();
});

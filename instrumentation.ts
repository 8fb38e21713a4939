/** Runs once in the web process before its first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { believeSocketsOnly } = await import('./server/compose/peer-address.ts');
  believeSocketsOnly();
}

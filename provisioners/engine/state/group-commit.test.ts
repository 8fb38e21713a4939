import { expect, test } from 'vitest';
import { createGroupCommit } from './group-commit.ts';

function createManualWrites() {
  const writes: { resolve(): void; reject(error: Error): void }[] = [];
  const commit = createGroupCommit(() => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    writes.push({ resolve, reject });
    return promise;
  });
  return { writes, commit };
}

test('who asks during a write shares the next one', async () => {
  const { writes, commit } = createManualWrites();
  const first = commit();
  const [second, third] = [commit(), commit()];
  expect(writes).toHaveLength(1);
  writes[0]?.resolve();
  await first;
  await Promise.resolve();
  expect(writes).toHaveLength(2);
  writes[1]?.resolve();
  await Promise.all([second, third]);
  expect(writes).toHaveLength(2);
});

test('a failed write fails those who shared it, and the next is tried', async () => {
  const { writes, commit } = createManualWrites();
  const first = commit();
  const second = commit();
  writes[0]?.reject(new Error('lost'));
  await expect(first).rejects.toThrow('lost');
  await Promise.resolve();
  writes[1]?.resolve();
  await second;
});

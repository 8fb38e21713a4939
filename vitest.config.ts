import { defineConfig } from 'vitest/config';

const alias = { '@': import.meta.dirname };
const exclude = ['**/node_modules/**', '.next/**', '.data/**', '.cache/**', 'e2e/**'];

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', include: ['**/*.test.ts', '**/*.test.tsx'], exclude, environment: 'node' },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['**/*.itest.ts'],
          exclude,
          environment: 'node',
          globalSetup: ['server/testing/integration-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});

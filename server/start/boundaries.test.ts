// The import boundaries of .oxlintrc.json, tried: each import that must not be is refused where it stands, and the ones
// that must be are not. A pattern that matches nothing would go unnoticed otherwise.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Boundary {
  file: string;
  refused: string[];
  allowed: string[];
}

const BOUNDARIES: Boundary[] = [
  {
    file: 'server/domain/money.ts',
    refused: [
      'node:fs',
      'pg',
      'zod-to-json',
      '../services/orders.ts',
      '../db/client.ts',
      '../../app/page.tsx',
      '@/server/db/client.ts',
    ],
    allowed: ['zod', './units.ts'],
  },
  {
    file: 'server/services/orders.ts',
    refused: [
      'next/headers',
      'react',
      '@trpc/server',
      '@pulumi/pulumi',
      '../api/root.ts',
      '../worker/run.ts',
      '../gateway/gate.ts',
      '../compose/web.ts',
      '../../provisioners/engine/port.ts',
      '../../app/layout.tsx',
    ],
    allowed: ['../domain/money.ts', '../db/client.ts', '../auth/passwords.ts', 'zod'],
  },
  {
    file: 'server/services/views/orders.ts',
    refused: ['../../api/root.ts', '../../../provisioners/kit/offering.ts'],
    allowed: ['../../domain/money.ts', '../context.ts'],
  },
  {
    file: 'server/api/routers/tenants.ts',
    refused: [
      'pg',
      'next/server',
      '@pulumi/pulumi',
      '../../worker/run.ts',
      '../../gateway/gate.ts',
      '../../compose/web.ts',
      '../../../provisioners/kit/offering.ts',
      '../../../app/page.tsx',
    ],
    allowed: ['@trpc/server', '../../services/tenants.ts', '../../domain/ids.ts', '../procedures.ts'],
  },
  {
    file: 'server/worker/steps/converge.ts',
    refused: [
      '@pulumi/pulumi',
      '@trpc/server',
      'next',
      '../../api/root.ts',
      '../../gateway/gate.ts',
      '../../../provisioners/engine/embedded/engine.ts',
      '../../../provisioners/engine/state/store.ts',
      '../../../provisioners/targets/local/target.ts',
      '../../../provisioners/offerings/ecommerce/offering.ts',
    ],
    allowed: [
      '../../services/tenants.ts',
      '../../domain/lifecycle.ts',
      '../../../provisioners/engine/port.ts',
      '../../../provisioners/kit/target.ts',
      'pg-boss',
    ],
  },
  {
    file: 'server/gateway/gate.ts',
    refused: [
      '@prisma/client',
      'next',
      'react',
      '@trpc/server',
      '../services/tenants.ts',
      '../db/client.ts',
      '../auth/sessions.ts',
      '../api/root.ts',
      '../../provisioners/kit/target.ts',
    ],
    allowed: ['pg', '../registry/model.ts', '../domain/ids.ts'],
  },
  {
    file: 'server/cli/order.ts',
    refused: [
      'pg',
      '@prisma/client',
      '@pulumi/pulumi',
      '../services/orders.ts',
      '../db/client.ts',
      '../worker/run.ts',
      '../registry/model.ts',
      '../compose/web.ts',
      '../../provisioners/kit/target.ts',
    ],
    allowed: ['@trpc/client', '../domain/ids.ts'],
  },
  {
    file: 'app/(portal)/tenants/page.tsx',
    refused: [
      'pg',
      'pg-boss',
      '@prisma/client',
      '@pulumi/pulumi',
      '@/server/services/tenants.ts',
      '@/server/db/client.ts',
      '@/server/worker/run.ts',
      '@/server/registry/model.ts',
      '@/provisioners/kit/offering.ts',
      '../../../provisioners/kit/offering.ts',
      '../../../server/services/tenants.ts',
    ],
    allowed: ['react', 'next/link', '@/app/_trpc/server.ts', '@/server/domain/lifecycle.ts', '@/server/api/root.ts'],
  },
  {
    file: 'provisioners/offerings/ecommerce/offering.ts',
    refused: [
      '@pulumi/pulumi',
      'pg',
      '@prisma/client',
      '../../targets/local/target.ts',
      '../../engine/port.ts',
      '../../kit/target.ts',
      '../../../server/db/client.ts',
      '../../../server/registry/model.ts',
      '../../../server/env.ts',
      '../../../app/page.tsx',
      '@duckdb/node-api',
      '../../kit/workload.ts',
      './olap/engine.ts',
    ],
    allowed: ['zod', '../../kit/offering.ts', '../../../server/domain/units.ts', './blueprint.ts'],
  },
  {
    file: 'provisioners/offerings/analytics/olap/main.ts',
    refused: [
      '@pulumi/pulumi',
      '@prisma/client',
      '../../../kit/offering.ts',
      '../../../kit/target.ts',
      '../../../targets/local/target.ts',
      '../../../engine/port.ts',
      '../../../../server/domain/units.ts',
      '../../../../server/registry/model.ts',
      '../pack/api.ts',
    ],
    allowed: ['zod', 'pg', '@duckdb/node-api', 'node:fs/promises', '../../../kit/workload.ts', './engine.ts'],
  },
  {
    file: 'provisioners/targets/local/target.ts',
    refused: [
      '../../offerings/ecommerce/offering.ts',
      '../../engine/port.ts',
      '../../../server/db/client.ts',
      '../../../server/services/tenants.ts',
      '../../../server/env.ts',
    ],
    allowed: [
      '@pulumi/pulumi',
      'pg',
      '../../kit/target.ts',
      '../../../server/domain/ids.ts',
      '../../../server/registry/model.ts',
      './providers/role.ts',
    ],
  },
  {
    file: 'provisioners/kit/target.ts',
    refused: [
      '../offerings/ecommerce/offering.ts',
      '../targets/local/target.ts',
      '../engine/port.ts',
      '../../server/registry/model.ts',
      '../../server/services/tenants.ts',
    ],
    allowed: ['zod', '@pulumi/pulumi', '../../server/domain/ids.ts'],
  },
  {
    file: 'provisioners/engine/embedded/engine.ts',
    refused: [
      '../../kit/target.ts',
      '../../targets/local/target.ts',
      '../../offerings/ecommerce/offering.ts',
      '../../../server/domain/ids.ts',
    ],
    allowed: ['@pulumi/pulumi', 'pg', '../port.ts', '../state/store.ts'],
  },
];

let folder: string;
let refusals: Map<string, Set<string>>;

/** One file an import, so that a refusal names both. */
function fileOf(boundary: Boundary, index: number): string {
  const { dir, ext } = path.parse(boundary.file);
  return path.join(dir, `probe-${index}${ext}`);
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'industry-lint-'));
  copyFileSync(path.join(ROOT, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
  for (const boundary of BOUNDARIES) {
    mkdirSync(path.join(folder, path.dirname(boundary.file)), { recursive: true });
    for (const [index, specifier] of [...boundary.refused, ...boundary.allowed].entries()) {
      writeFileSync(path.join(folder, fileOf(boundary, index)), `export { thing } from '${specifier}';\n`);
    }
  }
  refusals = lint(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @returns the files that no-restricted-imports refuses */
function lint(cwd: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { code, filename } of report(cwd).diagnostics) {
    found.set(filename, (found.get(filename) ?? new Set()).add(code));
  }
  return found;
}

function report(cwd: string): { diagnostics: { code: string; filename: string }[] } {
  try {
    return parse(
      execFileSync(path.join(ROOT, 'node_modules/.bin/oxlint'), ['--format=json'], { cwd, encoding: 'utf8' }),
    );
  } catch (error) {
    return parse(error instanceof Error && 'stdout' in error ? String(error.stdout) : '');
  }
}

const parse = (json: string) => JSON.parse(json) as { diagnostics: { code: string; filename: string }[] };

describe.each(BOUNDARIES)('$file', (boundary) => {
  const isRefused = (index: number) =>
    refusals.get(fileOf(boundary, index))?.has('eslint(no-restricted-imports)') ?? false;

  test.each(boundary.refused.map((specifier, index) => ({ specifier, index })))('refuses $specifier', ({ index }) => {
    expect(isRefused(index)).toBe(true);
  });

  test.each(boundary.allowed.map((specifier, index) => ({ specifier, index: index + boundary.refused.length })))(
    'allows $specifier',
    ({ index }) => {
      expect(isRefused(index)).toBe(false);
    },
  );
});

// Settings of the stock Prisma CLI. DATABASE_URL must name the owner role's URL for `migrate`; `generate` needs none.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { defineConfig } from 'prisma/config';

const root = import.meta.dirname;

// The native schema engine is used where npm downloaded it, else the WebAssembly build behind the same protocol.
const engines = path.dirname(createRequire(path.join(root, 'package.json')).resolve('@prisma/engines/package.json'));
if (!readdirSync(engines).some((file) => file.startsWith('schema-engine'))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(root, 'prisma/engine/schema-engine.mjs');
}

export default defineConfig({
  schema: path.join(root, 'prisma/schema'),
  migrations: { path: path.join(root, 'prisma/migrations') },
  ...(process.env.DATABASE_URL ? { datasource: { url: process.env.DATABASE_URL } } : {}),
});

// What each process learns from its environment, validated once at its start. The supervisor (server/start) writes
// exactly these variables and each process gets its own schema's alone: the web process never sees the tenants'
// cluster or the passphrase of the engine's state, the gateway never sees the platform database.
// This file imports zod only, so every process may read it.
import { z } from 'zod';

const PostgresUrl = z.url({ protocol: /^postgres(ql)?$/ });
const HttpUrl = z.url({ protocol: /^https?$/ });
const Port = z.coerce.number().int().min(1).max(65_535);
/** DER in base64: PKCS #8 for a private key, SPKI for a public one. */
const KeyBase64 = z.string().min(40);

const variables = {
  /** Address of the portal that people open, without a slash at its end. */
  PORTAL_URL: HttpUrl,
  /** Base address of the tenants' APIs, without a slash at its end. */
  GATEWAY_URL: HttpUrl,
  PORT: Port,
  GATEWAY_PORT: Port,
  /** Address to listen on. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Owner of the platform database: migrations, and the worker's schemas `pulumi` and `pgboss`. */
  PLATFORM_OWNER_URL: PostgresUrl,
  /** Application role of the platform database: row-level security applies. */
  PLATFORM_APP_URL: PostgresUrl,
  /** Superuser of the tenants' cluster, database `postgres`. */
  TENANTS_ADMIN_URL: PostgresUrl,
  /** The tenant registry as the restricted role `gateway`. */
  REGISTRY_URL: PostgresUrl,
  /** Signs sessions. */
  AUTH_SECRET: z.string().min(32),
  /** 32 bytes in base64: seals secrets at rest. */
  ENVELOPE_KEY: z.base64(),
  /** Encrypts secrets in the engine's state. */
  PULUMI_PASSPHRASE: z.string().min(20),
  /** Ed25519 pair that signs the short-lived tokens with which portal and worker call tenants' APIs. */
  TOKEN_PRIVATE_KEY: KeyBase64,
  TOKEN_PUBLIC_KEY: KeyBase64,
  /** Ed25519 pair that signs the checkpoints of the audit chain. */
  AUDIT_PRIVATE_KEY: KeyBase64,
  AUDIT_PUBLIC_KEY: KeyBase64,
  /** Folder of everything that is kept outside the databases. */
  DATA_DIR: z.string().min(1),
  /** Region that this installation's target local stands for. */
  REGION: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
  PROVISIONING_ENGINE: z.enum(['embedded', 'pulumi']),
  /** Age at which the two sides of a hybrid tenant get other passwords. */
  LINK_PASSWORD_DAYS: z.coerce.number().int().min(1).default(30),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
} as const;

const all = z.object(variables);

export const WebEnv = all.pick({
  PORT: true,
  HOST: true,
  PORTAL_URL: true,
  GATEWAY_URL: true,
  PLATFORM_APP_URL: true,
  AUTH_SECRET: true,
  ENVELOPE_KEY: true,
  TOKEN_PRIVATE_KEY: true,
  AUDIT_PUBLIC_KEY: true,
  REGION: true,
  LOG_LEVEL: true,
});

export const WorkerEnv = all.pick({
  PORTAL_URL: true,
  GATEWAY_URL: true,
  PLATFORM_OWNER_URL: true,
  PLATFORM_APP_URL: true,
  TENANTS_ADMIN_URL: true,
  ENVELOPE_KEY: true,
  PULUMI_PASSPHRASE: true,
  TOKEN_PRIVATE_KEY: true,
  TOKEN_PUBLIC_KEY: true,
  AUDIT_PRIVATE_KEY: true,
  AUDIT_PUBLIC_KEY: true,
  DATA_DIR: true,
  REGION: true,
  PROVISIONING_ENGINE: true,
  LINK_PASSWORD_DAYS: true,
  LOG_LEVEL: true,
});

export const GatewayEnv = all.pick({
  GATEWAY_PORT: true,
  HOST: true,
  GATEWAY_URL: true,
  REGISTRY_URL: true,
  ENVELOPE_KEY: true,
  TOKEN_PUBLIC_KEY: true,
  LOG_LEVEL: true,
});

/** The process that runs tenants' own database servers knows neither secrets nor databases of the platform. */
export const KeeperEnv = all.pick({ DATA_DIR: true, LOG_LEVEL: true });

/** The process that makes the first people of an installation and ends. */
export const BootstrapEnv = all
  .pick({ PLATFORM_APP_URL: true, PORTAL_URL: true, REGION: true, LOG_LEVEL: true })
  .extend({
    /** `demo`: an organisation and a person per persona; `admin`: one administrator. */
    FIRST_PEOPLE: z.enum(['demo', 'admin']),
  });

export type WebEnv = z.infer<typeof WebEnv>;
export type WorkerEnv = z.infer<typeof WorkerEnv>;
export type GatewayEnv = z.infer<typeof GatewayEnv>;
export type BootstrapEnv = z.infer<typeof BootstrapEnv>;

/** Read the environment of a process.
 * @throws Error that names the variables that are missing or malformed, never their values */
export function readEnv<Schema extends z.ZodObject>(
  schema: Schema,
  source: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))];
  throw new Error(`environment: missing or malformed ${names.join(', ')}`);
}

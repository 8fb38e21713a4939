/** What the target reads from its environment, checked once. */
import { z } from 'zod';

const Environment = z.object({
  /** Superuser of the tenants' cluster, any database. */
  TENANTS_ADMIN_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** The gateway's own URL: its password is what role `gateway` gets. Absent: the role keeps the one it has. */
  REGISTRY_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** 32 bytes, base64. */
  ENVELOPE_KEY: z.string().refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes, base64'),
  /** Where tenants' APIs answer, without a slash at the end. */
  GATEWAY_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  REGION: z.string().default('local'),
  /** Where instances are; absent: this installation runs none. */
  DATA_DIR: z.string().min(1).optional(),
  /** Age at which the passwords are changed with which the two sides of a hybrid tenant dial each other. */
  LINK_PASSWORD_DAYS: z.coerce.number().nonnegative().default(30),
});

export interface LocalSettings {
  readonly adminUrl: string;
  readonly gatewayPassword: string | null;
  readonly envelopeKey: string;
  readonly gatewayUrl: string;
  readonly region: string;
  readonly dataDir: string | null;
  readonly linkPasswordDays: number;
}

/** @throws ZodError naming the variables that are missing or wrong; values are not repeated */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): LocalSettings {
  const read = Environment.parse(environment);
  const gateway = read.REGISTRY_URL === undefined ? null : new URL(read.REGISTRY_URL);
  return {
    adminUrl: read.TENANTS_ADMIN_URL,
    gatewayPassword: gateway === null || gateway.password === '' ? null : decodeURIComponent(gateway.password),
    envelopeKey: read.ENVELOPE_KEY,
    gatewayUrl: read.GATEWAY_URL,
    region: read.REGION,
    dataDir: read.DATA_DIR ?? null,
    linkPasswordDays: read.LINK_PASSWORD_DAYS,
  };
}

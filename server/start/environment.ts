// Which process gets to know what: the variables of server/env.ts, filled in for one installation.
import { REGISTRY_DATABASE, GATEWAY_ROLE } from '../registry/schema.ts';
import { BootstrapEnv, GatewayEnv, KeeperEnv, WebEnv, WorkerEnv } from '../env.ts';
import { childEnv } from './child-env.ts';
import type { Cluster } from './cluster.ts';
import type { PlatformUrls } from './platform-database.ts';
import type { Secrets } from './secrets.ts';
import type { Settings } from './settings.ts';

export interface Installation {
  settings: Settings;
  secrets: Secrets;
  platform: PlatformUrls;
  tenants: Cluster;
  port: number;
  gatewayPort: number;
  portalUrl: string;
  gatewayUrl: string;
}

/** An installation before its clusters run. */
export type Wanted = Omit<Installation, 'platform' | 'tenants'>;

export interface Environments {
  web: NodeJS.ProcessEnv;
  worker: NodeJS.ProcessEnv;
  gateway: NodeJS.ProcessEnv;
  keeper: NodeJS.ProcessEnv;
  bootstrap: NodeJS.ProcessEnv;
}

/** Every process gets the variables of its own schema and no other. */
export function environmentsOf(installation: Installation): Environments {
  const { settings, secrets, platform, tenants } = installation;
  const registryUrl = new URL(tenants.url(REGISTRY_DATABASE));
  registryUrl.username = GATEWAY_ROLE;
  registryUrl.password = secrets.gatewayPassword;
  const everything: Record<string, string> = {
    PORTAL_URL: installation.portalUrl,
    GATEWAY_URL: installation.gatewayUrl,
    PORT: String(installation.port),
    GATEWAY_PORT: String(installation.gatewayPort),
    HOST: settings.HOST,
    PLATFORM_OWNER_URL: platform.ownerUrl,
    PLATFORM_APP_URL: platform.applicationUrl,
    TENANTS_ADMIN_URL: tenants.url(),
    REGISTRY_URL: registryUrl.href,
    AUTH_SECRET: secrets.authSecret,
    ENVELOPE_KEY: secrets.envelopeKey,
    PULUMI_PASSPHRASE: secrets.pulumiPassphrase,
    TOKEN_PRIVATE_KEY: secrets.token.privateKey,
    TOKEN_PUBLIC_KEY: secrets.token.publicKey,
    AUDIT_PRIVATE_KEY: secrets.audit.privateKey,
    AUDIT_PUBLIC_KEY: secrets.audit.publicKey,
    DATA_DIR: settings.DATA_DIR,
    REGION: settings.REGION,
    PROVISIONING_ENGINE: settings.PROVISIONING_ENGINE,
    LINK_PASSWORD_DAYS: String(settings.LINK_PASSWORD_DAYS),
    LOG_LEVEL: settings.LOG_LEVEL,
    FIRST_PEOPLE: settings.DATABASE_URL ? 'admin' : 'demo',
  };
  const only = (schema: { shape: Record<string, unknown> }) =>
    childEnv(Object.fromEntries(Object.entries(everything).filter(([name]) => name in schema.shape)));
  return {
    web: only(WebEnv),
    worker: only(WorkerEnv),
    gateway: only(GatewayEnv),
    keeper: only(KeeperEnv),
    bootstrap: only(BootstrapEnv),
  };
}

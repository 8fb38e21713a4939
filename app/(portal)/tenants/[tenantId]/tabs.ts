export const TENANT_TABS = ['overview', 'business', 'try', 'resources', 'usage', 'keys', 'history'] as const;
export type TenantTab = (typeof TENANT_TABS)[number];

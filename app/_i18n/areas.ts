/**
 * Words, one file per area and language under messages/. Only JSON enters here; a new area is three lines in this file and its two files.
 * Components ask with `useTranslations('area')`, which knows the keys of the English file.
 */
import type auth from './messages/en/auth.json';
import type common from './messages/en/common.json';
import type domain from './messages/en/domain.json';
import type errors from './messages/en/errors.json';
import type faults from './messages/en/faults.json';
import type keys from './messages/en/keys.json';
import type lists from './messages/en/lists.json';
import type reasons from './messages/en/reasons.json';
import type tenant from './messages/en/tenant.json';
import type topology from './messages/en/topology.json';
import type tokens from './messages/en/tokens.json';
import type run from './messages/en/run.json';
import type catalogue from './messages/en/catalogue.json';
import type configure from './messages/en/configure.json';
import type pictures from './messages/en/pictures.json';
import type change from './messages/en/change.json';
import type plan from './messages/en/plan.json';
import type order from './messages/en/order.json';
import type quote from './messages/en/quote.json';
import type approval from './messages/en/approval.json';
import type audit from './messages/en/audit.json';
import type shell from './messages/en/shell.json';
import type ui from './messages/en/ui.json';

export interface Messages {
  auth: typeof auth;
  common: typeof common;
  domain: typeof domain;
  errors: typeof errors;
  faults: typeof faults;
  keys: typeof keys;
  lists: typeof lists;
  reasons: typeof reasons;
  tenant: typeof tenant;
  topology: typeof topology;
  tokens: typeof tokens;
  run: typeof run;
  catalogue: typeof catalogue;
  configure: typeof configure;
  pictures: typeof pictures;
  change: typeof change;
  plan: typeof plan;
  order: typeof order;
  quote: typeof quote;
  approval: typeof approval;
  audit: typeof audit;
  shell: typeof shell;
  ui: typeof ui;
}

export const AREAS = [
  'auth',
  'common',
  'domain',
  'errors',
  'faults',
  'keys',
  'lists',
  'reasons',
  'tenant',
  'topology',
  'tokens',
  'run',
  'catalogue',
  'configure',
  'pictures',
  'change',
  'plan',
  'order',
  'quote',
  'approval',
  'audit',
  'shell',
  'ui',
] as const satisfies readonly (keyof Messages)[];

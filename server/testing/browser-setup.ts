// One portal for all browser tests of a run. The tests learn of it through `portalUnderTest`.
import { startTestPortal, type Person } from './portal.ts';

export type { Person } from './portal.ts';

export interface PortalUnderTest {
  url: string;
  gatewayUrl: string;
  dataDir: string;
  people: Person[];
  cliToken: string;
}

const VARIABLE = 'PORTAL_UNDER_TEST';

/** Playwright's global setup: the variables set here reach its workers. A portal that the variable names already is used
 * as it is and left running. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env[VARIABLE]) return () => Promise.resolve();
  const { url, gatewayUrl, dataDir, people, cliToken, remove } = await startTestPortal();
  process.env[VARIABLE] = JSON.stringify({ url, gatewayUrl, dataDir, people, cliToken } satisfies PortalUnderTest);
  return remove;
}

/** The portal of this run, for browser tests.
 * @throws Error outside a run */
export function portalUnderTest(): PortalUnderTest {
  const value = process.env[VARIABLE];
  if (!value) throw new Error('no portal was started for these tests');
  return JSON.parse(value) as PortalUnderTest;
}

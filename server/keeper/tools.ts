/** What every instance of a keeper works with. */
import type { Account } from '../start/postgres-account.ts';
import type { Holding } from './holding.ts';

export interface Tools {
  readonly account: Account;
  /** The server's program. */
  readonly program: string;
  /** Puts new data into an instance's folder. */
  readonly make: (folder: string) => Promise<void>;
  /** A port that nobody uses and no other instance has. */
  readonly choosePort: () => Promise<number>;
  readonly holding: Holding;
  readonly log: (facts: object, message: string) => void;
}

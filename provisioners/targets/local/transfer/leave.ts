/** The way back of a move: the old place is what it was before, whatever of the move is there. */
import { sqlState, type Cluster } from '../cluster.ts';
import { lowerFence } from './fence.ts';
import { clearOldSide } from './replicate.ts';

const UNDEFINED_DATABASE = '3D000';

/** Writers first, then what would hold the log back for nobody. Fine when the old place is gone, or knows of no move. */
export async function leaveOldSide(source: Cluster, ref: string, database: string): Promise<void> {
  try {
    await source.inDatabase(database, async (from) => {
      await lowerFence(from);
      await clearOldSide(from, ref);
    });
  } catch (error) {
    if (sqlState(error) !== UNDEFINED_DATABASE) throw error;
  }
}

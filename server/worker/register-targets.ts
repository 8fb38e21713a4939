/** Rows of regions and targets, as this worker serves them. */
import type { Capacity, ConnectedTarget, TargetDefinition } from '../../provisioners/kit/target.ts';
import type { Database } from '../db/client.ts';
import { PLATFORM, inScope } from '../db/scope.ts';
import { newId } from '../domain/ids.ts';
import { toJson } from './run-record.ts';

export interface TargetHealth {
  readonly healthy: boolean;
  readonly reason: string;
  readonly capacity: readonly Capacity[];
}

/** Asks a target how it is. Never throws: not answering is an answer. */
export async function lookAtTarget(target: ConnectedTarget, redact: (text: string) => string): Promise<TargetHealth> {
  try {
    await target.ping();
    return { healthy: true, reason: '', capacity: await target.capacity() };
  } catch (error) {
    const reason = redact(error instanceof Error ? error.message : String(error));
    return { healthy: false, reason: reason === '' ? 'no answer' : reason, capacity: [] };
  }
}

/** Writes one target's row in each of its regions. The last known capacity stays while it does not answer. */
export async function writeTarget(
  db: Database,
  definition: TargetDefinition,
  { regions }: Pick<ConnectedTarget, 'regions'>,
  health: TargetHealth,
): Promise<void> {
  const { healthy, reason } = health;
  const capacity = health.capacity.length > 0 ? { capacity: health.capacity.map(toJson) } : {};
  const models = [...definition.models];
  const seenAt = new Date();
  await inScope(db, PLATFORM, async (tx) => {
    for (const { code, name, territories } of regions) {
      const names = { nameEn: name.en, nameZh: name.zh, territories: [...territories] };
      await tx.region.upsert({ where: { code }, create: { code, ...names }, update: names });
      await tx.target.upsert({
        where: { name_regionCode: { name: definition.name, regionCode: code } },
        create: {
          id: newId(),
          name: definition.name,
          regionCode: code,
          models,
          healthy,
          reason,
          capacity: [],
          seenAt,
          ...capacity,
        },
        update: { models, healthy, reason, seenAt, ...capacity },
      });
    }
  });
}

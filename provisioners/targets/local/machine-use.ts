/** What a tenant's own server takes of the machine, beside what its plan gives, and whether anybody holds it to that. */
import type { TenantUsage } from '../../kit/target.ts';
import type { Instances } from './instances.ts';

/** Empty for a tenant without a server of its own, and for a server that was made before there were bounds.
 * @param instance its name; null for the shared cluster */
export async function machineUseOf(
  instances: Instances,
  instance: string | null,
): Promise<Pick<TenantUsage, 'machine'>> {
  if (instance === null || instances.keeper === null) return {};
  const [facts, use] = await Promise.all([instances.keeper.find(instance), instances.keeper.measure(instance)]);
  const { bounds, held } = facts ?? {};
  if (!bounds || !held) return {};
  return {
    machine: {
      cpu: { max: bounds.cpuCores, used: use?.cpuCores ?? null, hold: held.cpu },
      memory: { max: bounds.memoryMib, used: use?.memoryMib ?? null, hold: held.memory },
    },
  };
}

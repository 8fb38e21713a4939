/** A short way to write how a parameter is shown. */
import type { ParameterSpec } from '../../server/domain/manifest.ts';
import type { LocalText } from '../../server/domain/text.ts';

/** @param unit null for a parameter without one
 * @param change how it may be changed while the tenant runs; left out: freely */
export function field(
  name: string,
  label: LocalText,
  help: LocalText,
  unit: LocalText | null = null,
  change?: NonNullable<ParameterSpec['change']>,
): ParameterSpec {
  return { name, label, help, unit, ...(change !== undefined && { change }) };
}

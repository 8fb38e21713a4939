/** A short way to write how a parameter is shown. */
import type { ParameterSpec } from '../../server/domain/manifest.ts';
import type { LocalText } from '../../server/domain/text.ts';

/** @param unit null for a parameter without one */
export function field(name: string, label: LocalText, help: LocalText, unit: LocalText | null = null): ParameterSpec {
  return { name, label, help, unit };
}

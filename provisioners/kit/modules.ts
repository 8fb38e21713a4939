/** Modules that are listed before they can be had. */
import type { ModuleSpec, PlanSpec } from '../../server/domain/manifest.ts';
import type { LocalText } from '../../server/domain/text.ts';
import { text } from './offering.ts';

const NOT_YET = text('Comes with a later version of this offering.', '将在本产品的后续版本中提供。');

/** A module of an offering that cannot be selected yet. @param includedIn plans whose price contains it */
export function upcomingModule(
  slug: string,
  code: string,
  name: LocalText,
  effect: LocalText,
  includedIn: readonly PlanSpec['code'][],
): ModuleSpec {
  return {
    code,
    sku: `${slug}.module.${code}`,
    name,
    effect,
    selectable: false,
    notYet: NOT_YET,
    includedIn: [...includedIn],
  };
}

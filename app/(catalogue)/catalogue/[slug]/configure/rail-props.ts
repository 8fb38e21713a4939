import type { Configuration } from '@/server/domain/configuration.ts';
import type { OrganisationId } from '@/server/domain/ids.ts';
import type { Priced } from '@/server/domain/pricing.ts';
import type { FormState } from './form-state.ts';
import type { PreviewState } from './use-preview.ts';

export interface DeskRail {
  readonly customer: OrganisationId | null;
  readonly discountBp: number;
  readonly setDiscountBp: (discountBp: number) => void;
}

export interface OrderRailProps {
  readonly form: FormState;
  readonly configuration: Configuration | null;
  readonly price: Priced | null;
  readonly preview: PreviewState;
  readonly desk: DeskRail | null;
  readonly mayOrder: boolean;
  readonly setForm: (part: Partial<FormState>) => void;
}

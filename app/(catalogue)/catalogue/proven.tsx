import { useTranslations } from 'next-intl';
import { Duration } from '@/app/_ui/quantity.tsx';
import { When } from '@/app/_ui/when.tsx';

/** When the offering's transaction last passed, and how long it took. */
export function Proven({ at, ms }: { readonly at: Date; readonly ms: number }) {
  const t = useTranslations('catalogue');
  return t.rich('proven', { at: () => <When at={at} />, took: () => <Duration ms={ms} /> });
}

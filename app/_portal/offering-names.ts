import { api } from '@/app/_trpc/server.ts';
import type { Manifest } from '@/server/domain/manifest.ts';
import type { Locale } from '@/server/domain/text.ts';

/** Names of an offering's modules and parameters in the reader's language, for what was ordered or quoted. */
export interface OfferingNames {
  readonly modules: Readonly<Record<string, string>>;
  readonly params: readonly { readonly name: string; readonly label: string; readonly unit: string }[];
}

const NO_NAMES: OfferingNames = { modules: {}, params: [] };

export function offeringNames(manifest: Manifest, locale: Locale): OfferingNames {
  return {
    modules: Object.fromEntries(manifest.modules.map(({ code, name }) => [code, name[locale]])),
    params: manifest.parameters.fields.map(({ name, label, unit }) => ({
      name,
      label: label[locale],
      unit: unit?.[locale] ?? '',
    })),
  };
}

/** The same for a version in the catalogue; codes stand for names where the reader cannot see it. */
export async function loadOfferingNames(
  offering: { readonly slug: string; readonly version: string },
  locale: Locale,
): Promise<OfferingNames> {
  try {
    const { manifest } = await api.catalogue.bySlug({ slug: offering.slug, version: offering.version });
    return offeringNames(manifest, locale);
  } catch {
    return NO_NAMES;
  }
}

import type { CSSProperties } from 'react';

/**
 * An offering's accent: 3 px before its name, never text, fill or chart.
 * @param hue degrees, from the offering's manifest
 * @param height px; 12 to 38
 */
export function Spine({ hue, height = 16 }: { readonly hue: number; readonly height?: number }) {
  return <i aria-hidden className="spine" style={{ '--hue': hue, height } as CSSProperties} />;
}

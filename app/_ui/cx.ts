/** Joins class names; falsy parts fall away. Utilities beat the shapes of parts.css by layer, so order never matters. */
export function cx(...parts: readonly (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}

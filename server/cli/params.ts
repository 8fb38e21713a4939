// `--param key=value` as the offering's schema wants it: numbers as numbers, yes and no as booleans, lists by commas.
import { UsageError } from './errors.ts';

interface PropertySchema {
  type?: unknown;
  default?: unknown;
}

/** Read parameters from the command line and add the schema's defaults. What is out of range is for the portal to say.
 * @param schema JSON Schema of the offering's parameters
 * @throws UsageError for what is no key=value, and for a key that the offering does not have */
export function readParams(given: readonly string[], schema: Record<string, unknown>): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Record<string, PropertySchema>;
  const params: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(properties)) {
    if (property.default !== undefined) params[key] = property.default;
  }
  return { ...params, ...readChangedParams(given, schema) };
}

/** Only those that are named, without defaults.
 * @throws UsageError as `readParams` */
export function readChangedParams(given: readonly string[], schema: Record<string, unknown>): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Record<string, PropertySchema>;
  const params: Record<string, unknown> = {};
  for (const pair of given) {
    const [key = '', ...rest] = pair.split('=');
    const property = properties[key];
    if (!property || rest.length === 0) {
      throw new UsageError(`--param ${pair}: one of ${Object.keys(properties).join(', ')}, as key=value`);
    }
    params[key] = coerce(rest.join('='), property);
  }
  return params;
}

function coerce(text: string, { type }: PropertySchema): unknown {
  if ((type === 'integer' || type === 'number') && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (type === 'array') return text === '' ? [] : text.split(',');
  return text;
}

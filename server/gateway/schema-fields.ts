/** A JSON Schema as rows of a table: nested objects and items by path, bounds in words of the schema itself. */
import { z } from 'zod';

export interface SchemaField {
  /** `lines[].sku` */
  readonly path: string;
  readonly required: boolean;
  readonly type: string;
  readonly description: string;
}

const DEPTH_MAX = 4;
const Schema = z.record(z.string(), z.unknown());
type Schema = z.infer<typeof Schema>;

export function fieldsOf(schema: unknown, prefix = '', depth = 0): SchemaField[] {
  const { properties, required } = z
    .object({ properties: z.record(z.string(), z.unknown()).catch({}), required: z.array(z.string()).catch([]) })
    .parse(asSchema(schema));
  if (depth >= DEPTH_MAX) return [];
  return Object.entries(properties).flatMap(([name, child]) => {
    const property = asSchema(child);
    const items = property.type === 'array' ? property.items : undefined;
    const path = `${prefix}${name}`;
    const field = {
      path,
      required: required.includes(name),
      type: describeType(property),
      description: typeof property.description === 'string' ? property.description : '',
    };
    const nested =
      items === undefined ? fieldsOf(property, `${path}.`, depth + 1) : fieldsOf(items, `${path}[].`, depth + 1);
    return [field, ...nested];
  });
}

/** `integer 1…100`, `string ≤ 60`, `"web" | "app"` */
export function describeType(schema: Schema): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  const alternatives = [schema.anyOf, schema.oneOf].find((list) => Array.isArray(list));
  if (alternatives) return alternatives.map((one: unknown) => describeType(asSchema(one))).join(' | ');
  const type = Array.isArray(schema.type)
    ? schema.type.join(' | ')
    : typeof schema.type === 'string'
      ? schema.type
      : 'any';
  if (type === 'array')
    return `array of ${describeType(asSchema(schema.items))}${range(schema.minItems, schema.maxItems)}`;
  const format = typeof schema.format === 'string' ? ` ${schema.format}` : '';
  const pattern =
    typeof schema.pattern === 'string' && !format && schema.pattern.length <= 40 ? ` ${schema.pattern}` : '';
  return `${type}${format}${pattern}${range(schema.minimum ?? schema.minLength, schema.maximum ?? schema.maxLength)}`;
}

function range(min: unknown, max: unknown): string {
  // Generated schemas bound integers by what a double can hold exactly; that says nothing to a reader.
  const low = typeof min === 'number' && min > Number.MIN_SAFE_INTEGER ? min : null;
  const high = typeof max === 'number' && max < Number.MAX_SAFE_INTEGER ? max : null;
  if (low !== null && high !== null) return ` ${low}…${high}`;
  if (high !== null) return ` ≤ ${high}`;
  return low === null ? '' : ` ≥ ${low}`;
}

function asSchema(value: unknown): Schema {
  const parsed = Schema.safeParse(value);
  return parsed.success ? parsed.data : {};
}

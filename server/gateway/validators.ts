/** Compiled body schemas (JSON Schema 2020-12), kept by API description: tenants of one offering version share them. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiFunction } from '../domain/manifest.ts';
import { BoundedMap } from './bounded-map.ts';

const DESCRIPTIONS_MAX = 64;
const ISSUES_MAX = 20;

export interface BodyIssue {
  /** JSON Pointer into the body; empty for the body itself. */
  readonly path: string;
  readonly message: string;
}

interface Compiled {
  readonly ajv: Ajv2020;
  readonly byFunction: Map<string, ValidateFunction>;
}

export class Validators {
  readonly #compiled = new BoundedMap<string, Compiled>(DESCRIPTIONS_MAX);

  /** @param apiHash names the description `fn` is of
   * @returns what is wrong with the body, at most 20 findings; empty when nothing is */
  check(apiHash: string, fn: ApiFunction, body: unknown): BodyIssue[] {
    const { ajv, byFunction } = this.#compiled.take(apiHash, () => ({ ajv: makeAjv(), byFunction: new Map() }));
    let validate = byFunction.get(fn.name);
    if (!validate) {
      validate = ajv.compile(fn.body);
      byFunction.set(fn.name, validate);
    }
    if (validate(body)) return [];
    return (validate.errors ?? []).slice(0, ISSUES_MAX).map(describe);
  }
}

function makeAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    ownProperties: true,
  });
  addFormats.default(ajv);
  return ajv;
}

function describe({ instancePath, keyword, message = 'is not valid', params }: ErrorObject): BodyIssue {
  const name = keyword === 'additionalProperties' ? String(params.additionalProperty) : null;
  return { path: instancePath, message: name === null ? message : `must not have the property ${name}` };
}

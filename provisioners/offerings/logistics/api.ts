/** The pack's own description of its API, in the shape of the manifest. */
import { z } from 'zod';
import type { ApiDescription, KpiSpec } from '../../../server/domain/manifest.ts';
import * as pack from './pack/api.ts';

/** Any function may meet a key that was used for another request, or a value it cannot take. */
const OF_EVERY_FUNCTION = ['ICL06', 'ICL07'];

export const apiDescription: ApiDescription = {
  functions: Object.entries(pack.functions).map(([name, { body, errors, ...facts }]) => ({
    name,
    ...facts,
    body: z.toJSONSchema(body, { io: 'input', target: 'draft-2020-12' }),
    errors: [...errors, ...OF_EVERY_FUNCTION],
  })),
  views: Object.entries(pack.views).map(([name, { key, ...facts }]) => ({ name, ...facts, key: [...key] })),
  errors: pack.errors,
};

export const kpis: KpiSpec[] = Object.values(pack.kpisOf).flat();

export const invariants = Object.assign({}, ...Object.values(pack.invariantsOf)) as Record<
  string,
  { en: string; zh: string }
>;

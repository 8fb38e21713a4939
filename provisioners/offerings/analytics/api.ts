/** The pack's own description of its API, in the shape of the manifest. */
import { z } from 'zod';
import type { ApiDescription } from '../../../server/domain/manifest.ts';
import * as pack from './pack/api.ts';
import { cloudEvents, csv, edgeCloudEvents } from './standards.ts';

/** Any function may meet a key that was used for another request, or a value it cannot take. */
const OF_EVERY_FUNCTION = ['ICA03', 'ICA09'];

const describe = ({ functions, views }: Pick<typeof pack, 'functions' | 'views'>): ApiDescription => ({
  functions: Object.entries(functions).map(([name, { body, errors, ...facts }]) => ({
    name,
    ...facts,
    body: z.toJSONSchema(body, { io: 'input', target: 'draft-2020-12' }),
    errors: [...errors, ...OF_EVERY_FUNCTION],
  })),
  views: Object.entries(views).map(([name, { key, ...facts }]) => ({ name, ...facts, key: [...key] })),
  errors: pack.errors,
});

export const apiDescription: ApiDescription = { ...describe(pack), standards: [cloudEvents, csv] };

/** Of the public side of a hybrid tenant. */
export const edgeApiDescription: ApiDescription = { ...describe(pack.edge), standards: [edgeCloudEvents] };

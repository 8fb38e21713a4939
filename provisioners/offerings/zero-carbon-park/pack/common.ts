/** Parts of the description that both sides of a hybrid park share. */
import { z } from 'zod';
import { functionOf, words } from './spec.ts';

export const Code = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dots, hyphens, underscores')
  .max(60);
export const Time = z.iso.datetime({ offset: true });
export const IntervalWh = z.int().min(0).max(1_000_000_000);

export const Readings = z
  .array(z.strictObject({ at: Time, wh: IntervalWh }))
  .min(1)
  .max(3_000);

export const forgetIdempotencyKeys = functionOf({
  summary: words('Forget old idempotency keys', '清理过期幂等键'),
  description: words(
    'Answers stored for repeated requests are dropped after a week, or the time given.',
    '为重复请求保存的响应默认保留一周，也可指定时长。',
  ),
  body: z.strictObject({ olderThanHours: z.int().min(24).max(8_760).optional() }),
  errors: [],
  example: {},
});

/**
 * A page of a tenant's own for people without a key: whoever has the one value that it asks for, such as a token in a link, may open it. The
 * gateway serves it from the function's answer, without portal or script; what the function does not tell, the page cannot show.
 */
import { z } from 'zod';
import { LocalText } from './text.ts';

/** Values that fit a link as they are. */
export const PAGE_VALUE = '[A-Za-z0-9_-]{1,128}';

export const PublicPage = z.strictObject({
  /** Member of the function's body that takes the value. The others have defaults. */
  input: z.string().min(1),
  title: LocalText,
  /** Below the title: what one sees, and what one does not. */
  what: LocalText,
  /** Members of the answer, shown in this order where there are any. */
  facts: z.array(z.strictObject({ member: z.string().min(1), label: LocalText, kind: z.enum(['word', 'moment']) })),
  /** What happened, in the order of the answer's rows. */
  path: z.strictObject({
    rows: z.string().min(1),
    step: z.string().min(1),
    at: z.string().min(1),
    /** The first of them that a row has says where. */
    place: z.array(z.string().min(1)),
  }),
  /** Of codes in facts and steps. */
  words: z.record(z.string(), LocalText),
  /** Said when nothing belongs to the value. */
  missing: LocalText,
});
export type PublicPage = z.infer<typeof PublicPage>;

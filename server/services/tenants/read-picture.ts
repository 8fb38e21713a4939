/** A picture's rows, read from the tenant's own API in the person's name. */
import type { z } from 'zod';
import { picturesOf, PlanCode } from '../../domain/manifest.ts';
import { PICTURE_ROWS_MAX, type Picture, type PictureInput } from '../../domain/picture.ts';
import type { ServiceContext } from '../context.ts';
import { manifestOf, SELECT_OFFERING } from '../references.ts';
import { authorize, found, refuse, transact } from '../support.ts';
import type { ApiAnswer, PictureData, PictureQuery } from '../views/tenants.ts';
import { askTenant } from './ask-tenant.ts';
import { bodyOf, choicesAmong, filtersOf, rowsAt, valueOf, type Choice, type Row } from './picture-call.ts';

const PAGE_ROWS = 500;

/** The tenant's API refused; what it said goes to the reader. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: ApiAnswer;

  constructor(answer: ApiAnswer) {
    super(`the API answered ${answer.status}`);
    this.answer = answer;
  }
}

interface Asking {
  readonly ctx: ServiceContext;
  readonly ref: string;
  readonly language: string;
}

export async function readPicture(ctx: ServiceContext, query: z.output<typeof PictureQuery>): Promise<PictureData> {
  const { ref, picture } = await findPicture(ctx, query);
  const asking = { ctx, ref, language: query.locale };
  const inputs: PictureData['inputs'] = [];
  const about = (): Pick<PictureData, 'inputs' | 'at'> => ({ inputs, at: ctx.ports.now() });
  try {
    for (const input of picture.inputs) {
      const choices = await readChoices(asking, input);
      inputs.push({ name: input.name, value: valueOf(input, query.inputs, choices), choices: choices && [...choices] });
    }
    const waits = picture.inputs.some(({ optional }, index) => !optional && inputs[index]?.value === null);
    if (waits) return { ...about(), rows: null, truncated: false, problem: null };
    const values = new Map(inputs.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const])));
    return { ...about(), ...(await readRows(asking, picture, values)), problem: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...about(), rows: null, truncated: false, problem: problemOf(error.answer) };
  }
}

/** Whose tenant it is, and the picture as the pinned version declares it. */
async function findPicture(ctx: ServiceContext, { tenantId, name }: z.output<typeof PictureQuery>) {
  return transact(ctx, async (tx) => {
    const tenant = found(
      ctx.actor,
      'tenant',
      await tx.tenant.findUnique({
        where: { id: tenantId },
        include: { offeringVersion: SELECT_OFFERING },
      }),
    );
    authorize(ctx.actor, 'tenant:call');
    const facts = { plan: PlanCode.parse(tenant.planCode), modules: tenant.modules };
    const pictures = picturesOf(manifestOf(tenant.offeringVersion), facts);
    const picture = pictures.find((candidate) => candidate.name === name);
    if (picture === undefined) return refuse({ code: 'not_found', what: `picture ${name}` });
    return { ref: tenant.ref, picture };
  });
}

async function readChoices(asking: Asking, { choices }: PictureInput): Promise<readonly Choice[] | null> {
  if (choices === null) return null;
  if ('values' in choices) return choices.values;
  const { body } = await ask(asking, choices.view, { query: { limit: String(PAGE_ROWS) } });
  return choicesAmong(rowsAt(body, 'items'), choices.value, choices.label);
}

async function readRows(asking: Asking, picture: Picture, values: ReadonlyMap<string, string>) {
  const source = picture.rows;
  if (source.kind === 'view') return readView(asking, source.name, filtersOf(picture, values));
  const { body } = await ask(asking, source.name, { body: bodyOf(source.body, values) });
  const rows = rowsAt(body, source.at);
  return { rows: rows.slice(0, PICTURE_ROWS_MAX), truncated: rows.length > PICTURE_ROWS_MAX };
}

/** Page by page in the order of the view's key, up to the most that is drawn. */
async function readView(asking: Asking, view: string, filters: Readonly<Record<string, string>>) {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const query = { ...filters, limit: String(PAGE_ROWS), ...(after !== null && { after }) };
    const { body } = await ask(asking, view, { query });
    rows.push(...rowsAt(body, 'items'));
    const next: unknown = (body as { next?: unknown } | null)?.next;
    after = typeof next === 'string' ? next : null;
  } while (after !== null && rows.length < PICTURE_ROWS_MAX);
  return { rows: rows.slice(0, PICTURE_ROWS_MAX), truncated: after !== null || rows.length > PICTURE_ROWS_MAX };
}

async function ask(
  { ctx, ref, language }: Asking,
  name: string,
  call: { readonly query: Readonly<Record<string, string>> } | { readonly body: Row },
): Promise<ApiAnswer> {
  const answer = await askTenant(ctx, { ref, name, language, ...call });
  if (answer.status !== 200 && answer.status !== 201) throw new Refusal(answer);
  return answer;
}

function problemOf({ status, body }: ApiAnswer): NonNullable<PictureData['problem']> {
  const { title, code } = (body ?? {}) as { title?: unknown; code?: unknown };
  return {
    status,
    title: typeof title === 'string' ? title : '',
    code: typeof code === 'string' ? code : '',
  };
}

/** Reads a body of bounded size; stops reading at the first byte too many. */
import type { IncomingMessage } from 'node:http';
import { Problem, problem } from './problems.ts';

export interface JsonBody {
  readonly value: unknown;
  /** As it was read back, so that what was checked is what is sent on. */
  readonly text: string;
}

/** @throws Problem `content_type`, `body_too_large`, `json_invalid` */
export async function readJsonBody(req: IncomingMessage, bytesMax: number): Promise<JsonBody> {
  if (contentOf(req).mediaType !== 'application/json') {
    throw problem(
      'content_type',
      { expected: 'application/json' },
      { 'accept-post': 'application/json', connection: 'close' },
    );
  }
  const value = parseJson(await readBytes(req, bytesMax));
  return { value, text: writeJson(value) };
}

/** What the headers say the body is. A charset other than UTF-8, or an encoding, makes it of no type at all. */
export function contentOf(req: IncomingMessage): { readonly mediaType: string } {
  const [type = '', ...parameters] = (req.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const utf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const plain = (req.headers['content-encoding'] ?? 'identity') === 'identity';
  return { mediaType: utf8 && plain ? type.trim() : '' };
}

/** @throws Problem `body_too_large`, `request_invalid` */
export async function readBytes(req: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const declared = req.headers['content-length'];
  if (declared !== undefined && Number(declared) > bytesMax) throw tooLarge(bytesMax);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge(bytesMax);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw problem('request_invalid'); // the upload broke off
  }
  return Buffer.concat(chunks);
}

/** @throws Problem `json_invalid` */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(textOf(bytes)) as unknown;
  } catch {
    throw problem('json_invalid'); // malformed, or not UTF-8
  }
}

/** @throws Problem `json_invalid` for what is nested deeper than can be written back */
export function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw problem('json_invalid');
  }
}

/** @throws TypeError when the bytes are not UTF-8 */
export const textOf = (bytes: Buffer): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** The rest of the body is not read, so the connection ends with the answer. */
const tooLarge = (bytesMax: number) => problem('body_too_large', { maxBytes: bytesMax }, { connection: 'close' });

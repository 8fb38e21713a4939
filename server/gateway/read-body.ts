/** Reads a JSON body of bounded size; stops reading at the first byte too many. */
import type { IncomingMessage } from 'node:http';
import { Problem, problem } from './problems.ts';

/** @returns the value and its text as it was read back, so that what was checked is what is sent on
 * @throws Problem `content_type`, `body_too_large`, `json_invalid` */
export async function readJsonBody(req: IncomingMessage, bytesMax: number): Promise<{ value: unknown; text: string }> {
  checkContentType(req);
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
  return parse(Buffer.concat(chunks));
}

function checkContentType(req: IncomingMessage): void {
  const [type = '', ...parameters] = (req.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const utf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if (type.trim() !== 'application/json' || !utf8 || encoding !== 'identity') {
    throw problem(
      'content_type',
      { expected: 'application/json' },
      { 'accept-post': 'application/json', connection: 'close' },
    );
  }
}

function parse(bytes: Buffer): { value: unknown; text: string } {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return { value, text: JSON.stringify(value) };
  } catch {
    throw problem('json_invalid'); // malformed, not UTF-8, or nested deeper than can be written back
  }
}

/** The rest of the body is not read, so the connection ends with the answer. */
const tooLarge = (bytesMax: number) => problem('body_too_large', { maxBytes: bytesMax }, { connection: 'close' });

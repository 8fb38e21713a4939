/**
 * CloudEvents 1.0 over HTTP: structured mode (one event is the body), batched (a list of them), binary (attributes are headers, the body is
 * data). Reads only the envelope: what an event must be beyond that is the function's to judge, so that what it refuses can be kept.
 */
import { CLOUDEVENTS_TYPES } from './binding.ts';

export interface EventMessage {
  /** Lower case, without parameters; empty when there is none. */
  readonly mediaType: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type EventMode = 'structured' | 'batched' | 'binary';

const [STRUCTURED, BATCHED] = CLOUDEVENTS_TYPES;

/** Null when a message carries no event. */
export function eventModeOf({ mediaType, headers }: EventMessage): EventMode | null {
  if (mediaType === BATCHED) return 'batched';
  if (mediaType === STRUCTURED) return 'structured';
  return headers['ce-specversion'] === undefined ? null : 'binary';
}

/** The event of a message in binary mode.
 * @param data what the body is: bytes in base64 when they are neither JSON nor text; null when there is no body */
export function eventOfHeaders(
  { headers }: Pick<EventMessage, 'headers'>,
  data: { readonly json: unknown } | { readonly text: string } | { readonly base64: string } | null,
): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-') && typeof value === 'string') event[name.slice(3)] = unescapeHeader(value);
  }
  const type = headers['content-type'];
  if (typeof type === 'string' && data !== null) event['datacontenttype'] = type;
  if (data === null) return event;
  if ('base64' in data) return { ...event, data_base64: data.base64 };
  return { ...event, data: 'json' in data ? data.json : data.text };
}

/** Header values are percent-encoded, and may be quoted; one that is badly encoded stays as it came. */
function unescapeHeader(value: string): string {
  const bare = /^"(.*)"$/s.exec(value)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? value;
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

/** JSON by its name, as `application/json` and `application/vnd.shop+json` are. */
export const isJsonType = (mediaType: string): boolean => /^[a-z]+\/(?:[a-z0-9.+-]+\+)?json$/.test(mediaType);

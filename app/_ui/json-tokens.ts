/** JSON as coloured pieces. Pure; text that is no JSON (half typed) still comes back whole. */
export type JsonTokenKind = 'key' | 'string' | 'literal' | 'plain';

export interface JsonToken {
  readonly kind: JsonTokenKind;
  readonly text: string;
}

const PIECE = /("(?:[^"\\\n]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

/** Splits without losing a character: the texts joined are the input. */
export function tokenizeJson(text: string): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  let at = 0;
  const plain = (to: number): void => {
    if (to > at) tokens.push({ kind: 'plain', text: text.slice(at, to) });
  };
  for (const match of text.matchAll(PIECE)) {
    const [whole, quoted, colon] = match;
    plain(match.index);
    if (quoted === undefined) tokens.push({ kind: 'literal', text: whole });
    else {
      tokens.push({ kind: colon === undefined ? 'string' : 'key', text: quoted });
      if (colon !== undefined) tokens.push({ kind: 'plain', text: colon });
    }
    at = match.index + whole.length;
  }
  plain(text.length);
  return tokens;
}

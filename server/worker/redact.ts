/** Keeps secrets out of texts that people read: a provider's message may repeat a connection string. */

const LENGTH_MAX = 2_000;
/** user:password@ of any URL. */
const URL_CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi;
const API_KEY = /\bick_[a-z]+_[A-Za-z0-9]+/g;
const SECRET_LENGTH_MIN = 8;

/** Makes a function that masks the given values, passwords in URLs and API keys, and shortens very long texts.
 * @param secrets values to mask; URLs among them also give their password */
export function makeRedact(secrets: readonly string[]): (text: string) => string {
  const values = secrets
    .flatMap((secret) => [secret, ...passwordOf(secret)])
    .filter((s) => s.length >= SECRET_LENGTH_MIN);
  return (text) => {
    let out = text.replaceAll(URL_CREDENTIALS, '$1:***@').replaceAll(API_KEY, 'ick_***');
    for (const value of values) out = out.replaceAll(value, '***');
    return out.length > LENGTH_MAX ? `${out.slice(0, LENGTH_MAX)}…` : out;
  };
}

function passwordOf(secret: string): string[] {
  if (!URL.canParse(secret)) return [];
  const { password } = new URL(secret);
  return password === '' ? [] : [password, decodeURIComponent(password)];
}

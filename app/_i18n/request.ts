import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import { chooseLocale, chooseTimeZone, LOCALE_COOKIE, ZONE_COOKIE } from './locale.ts';
import { loadMessages } from './messages.ts';

/** What next-intl needs per request; `now` is fixed so that server and browser first draw the same ages. */
export default getRequestConfig(async () => {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const locale = chooseLocale(jar.get(LOCALE_COOKIE)?.value, head.get('accept-language'));
  return {
    locale,
    timeZone: chooseTimeZone(jar.get(ZONE_COOKIE)?.value),
    now: new Date(),
    messages: await loadMessages(locale),
  };
});

'use client';

import { useRouter } from 'next/navigation';
import { useTimeZone } from 'next-intl';
import { useEffect } from 'react';
import { ZONE_COOKIE } from '../_i18n/locale.ts';
import { setCookie } from './set-cookie.ts';

/** Tells the server the browser's zone once, so that times are the reader's from the first byte on. */
export function BrowserZone() {
  const router = useRouter();
  const known = useTimeZone();
  useEffect(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone === '' || zone === known || document.cookie.includes(`${ZONE_COOKIE}=${encodeURIComponent(zone)}`)) return;
    setCookie(ZONE_COOKIE, zone);
    router.refresh();
  }, [known, router]);
  return null;
}

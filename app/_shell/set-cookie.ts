'use client';

const YEAR_SECONDS = 31_536_000;

/** A preference of this browser; nothing secret goes here. */
export function setCookie(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  // The asynchronous cookie store does not exist on plain http, where the portal runs by default.
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${secure}`;
}

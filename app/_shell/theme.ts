/** The theme: a cookie with the choice, an attribute on <html> with what it comes to. Pure. */
export const THEME_COOKIE = 'theme';
export const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

export function parseTheme(cookie: string | undefined): Theme {
  return THEMES.find((theme) => theme === cookie) ?? 'system';
}

/**
 * Runs in <head> before anything is painted, so a dark page never flashes light. The attribute is the script's and the switch's alone:
 * React renders no `data-theme`, so a refresh cannot take it away.
 */
export const THEME_SCRIPT = `(()=>{const c=/(?:^|; )${THEME_COOKIE}=(\\w+)/.exec(document.cookie)?.[1];document.documentElement.dataset.theme=c==='light'||c==='dark'?c:matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'})()`;

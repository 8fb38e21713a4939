'use client';

import { useKey } from './use-key.ts';

/** j and k: focus the next or previous row's link; `opens` follows it at once (a list with its detail beside it). */
export function TableKeys({ tableId, opens }: { readonly tableId: string; readonly opens: boolean }) {
  useKey(['j', 'k'], ({ key }) => {
    const table = document.getElementById(tableId);
    const links = [...(table?.querySelectorAll<HTMLAnchorElement>('a.row-link') ?? [])];
    if (links.length === 0) return false;
    const here = links.findIndex(
      (link) => link === document.activeElement || (opens && link.closest('tr')?.ariaSelected === 'true'),
    );
    const next = links[here === -1 ? 0 : Math.min(links.length - 1, Math.max(0, here + (key === 'j' ? 1 : -1)))];
    next?.focus();
    if (opens) next?.click();
    return true;
  });
  return null;
}

'use client';

import { useEffect, useRef } from 'react';

/** True while a key belongs to a field, an editor or an open dialog, menu or list. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest(
      'input, textarea, select, [role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]',
    ) !== null
  );
}

/**
 * A key of the page, not heard while typing or together with ⌘, Ctrl or Alt.
 * @param handle gets the event after `preventDefault`; return `false` to leave the key to the browser
 */
export function useKey(keys: readonly string[], handle: (event: KeyboardEvent) => boolean | void): void {
  const latest = useRef(handle);
  useEffect(() => {
    latest.current = handle;
  });
  const names = keys.join('\n');
  useEffect(() => {
    const wanted = new Set(names.split('\n'));
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (wanted.has(event.key) && latest.current(event) !== false) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [names]);
}

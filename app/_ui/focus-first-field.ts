'use client';

/**
 * Where focus goes when a dialog opens: its first field, else the dialog itself, so that no button looks chosen.
 * A confirmation without a field keeps the primitive's choice, which is the way back.
 */
export function focusFirstField(event: Event): void {
  const dialog = event.currentTarget;
  if (!(dialog instanceof HTMLElement)) return;
  const field = dialog.querySelector<HTMLElement>('input:not([type="hidden"]), textarea, select, [role="combobox"]');
  if (field === null && dialog.getAttribute('role') === 'alertdialog') return;
  event.preventDefault();
  (field ?? dialog).focus();
}

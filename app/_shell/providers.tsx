'use client';

import { Tooltip } from 'radix-ui';
import { createContext, useContext, type ReactNode } from 'react';
import { ToastProvider } from '../_ui/toast.tsx';

const NonceContext = createContext<string | undefined>(undefined);

/** The nonce of this document's policy, for the few primitives that insert a style element. */
export function useNonce(): string | undefined {
  return useContext(NonceContext);
}

/** What every page stands in: tooltips that open after a moment, toasts, the nonce. */
export function Providers({ nonce, children }: { readonly nonce: string | undefined; readonly children: ReactNode }) {
  // Scroll locking behind dialogs writes a style element and asks this global for its nonce.
  if (nonce !== undefined && typeof window !== 'undefined') Object.assign(window, { __webpack_nonce__: nonce });
  return (
    <NonceContext value={nonce}>
      <Tooltip.Provider delayDuration={300} skipDelayDuration={200}>
        <ToastProvider>{children}</ToastProvider>
      </Tooltip.Provider>
    </NonceContext>
  );
}

'use client';

import { PageError, type PageErrorProps } from './_shell/page-error.tsx';

/** What fails outside of every shell, or takes its shell along. */
export default function RootError(props: PageErrorProps) {
  return (
    <main>
      <PageError {...props} />
    </main>
  );
}

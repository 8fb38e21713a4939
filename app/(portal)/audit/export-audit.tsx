'use client';

import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useFaultWords } from '@/app/_portal/fault-state.tsx';
import { describeError, useTRPC } from '@/app/_trpc/client.tsx';
import { Button } from '@/app/_ui/button.tsx';
import { formatNumber } from '@/app/_ui/format.ts';
import { useToast } from '@/app/_ui/toast.tsx';
import type { RouterInputs } from '@/server/api/root.ts';

/** Hands a text to the browser as a file. */
function download(filename: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = filename;
  link.click();
  URL.revokeObjectURL(address);
}

/** The entries that the filters let through, with the proof an outsider needs, as JSON lines. */
export function ExportAudit({
  filter,
  mayExport,
}: {
  readonly filter: RouterInputs['audit']['export'];
  readonly mayExport: boolean;
}) {
  const t = useTranslations('audit');
  const toast = useToast();
  const words = useFaultWords();
  const evidence = useMutation(
    useTRPC().audit.export.mutationOptions({
      onSuccess: ({ filename, jsonl, entries, truncated }) => {
        download(filename, jsonl);
        const shown = formatNumber(entries);
        const done = t('export.done', { count: entries, shown, filename });
        toast({ text: truncated ? `${done} ${t('export.truncated', { shown })}` : done });
      },
      onError: (error) => {
        const failure = describeError(error);
        toast({ tone: 'bad', text: failure ? words(failure.fault).title : t('export.failed') });
      },
    }),
  );
  return (
    <Button
      icon={<Download />}
      busy={evidence.isPending}
      busyLabel={t('export.busy')}
      disabledReason={mayExport ? undefined : t('verify.needsRight')}
      onClick={() => evidence.mutate(filter)}
    >
      {t('export.act')}
    </Button>
  );
}

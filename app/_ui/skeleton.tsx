'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';

const QUIET_MS = 200;
const WORDS_MS = 5000;

/** A wait shorter than a blink shows nothing; one that goes on says so in words. */
function usePatience(): 'quiet' | 'shapes' | 'words' {
  const [stage, setStage] = useState<'quiet' | 'shapes' | 'words'>('quiet');
  useEffect(() => {
    const shapes = setTimeout(() => setStage('shapes'), QUIET_MS);
    const words = setTimeout(() => setStage('words'), WORDS_MS);
    return () => {
      clearTimeout(shapes);
      clearTimeout(words);
    };
  }, []);
  return stage;
}

function Bar({ width }: { readonly width: number }) {
  return <i className="block h-2.5 max-w-full animate-breathe rounded-sm bg-hover" style={{ width }} />;
}

function Words({ stage }: { readonly stage: string }) {
  const t = useTranslations('ui');
  return (
    <output className={stage === 'words' ? 'block px-4 py-2 text-12 text-ink-3' : 'sr-only'}>
      {stage === 'words' ? t('stillLoading') : t('loading')}
    </output>
  );
}

const WIDTHS = [96, 120, 60, 40, 110, 72];

/** A table on its way: the real heads, the real row height. */
export function TableSkeleton({ heads, rows = 5 }: { readonly heads: readonly string[]; readonly rows?: number }) {
  const stage = usePatience();
  return (
    <div aria-busy className="overflow-hidden border-y border-line bg-surface">
      <table className="tbl" data-bleed>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={stage === 'quiet' ? 'invisible' : undefined}>
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row}>
              {heads.map((head, column) => (
                <td key={head}>
                  <Bar width={WIDTHS[(row * 2 + column) % WIDTHS.length] ?? 80} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Words stage={stage} />
    </div>
  );
}

/** Lines of text on their way, inside a panel. */
export function LinesSkeleton({ lines = 4 }: { readonly lines?: number }) {
  const stage = usePatience();
  return (
    <div aria-busy>
      <div className={`grid gap-3 p-4 ${stage === 'quiet' ? 'invisible' : ''}`}>
        {Array.from({ length: lines }, (_, line) => (
          <Bar key={line} width={(WIDTHS[line % WIDTHS.length] ?? 80) * 2} />
        ))}
      </div>
      <Words stage={stage} />
    </div>
  );
}

/** A page on its way: the header's height stays. */
export function PageSkeleton() {
  const stage = usePatience();
  return (
    <div aria-busy>
      <div className="grid h-[81px] content-center gap-3 border-b border-line bg-surface px-4 lg:px-6">
        <div className={stage === 'quiet' ? 'invisible' : 'grid gap-3'}>
          <Bar width={200} />
          <Bar width={320} />
        </div>
      </div>
      <Words stage={stage} />
    </div>
  );
}

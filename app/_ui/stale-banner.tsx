import { Unplug } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from './button.tsx';

export interface StaleBannerProps {
  /** `15:23:20`: how old what one sees is. */
  readonly clock: string;
  readonly secondsLeft?: number;
  readonly onRetry: () => void;
}

/** Live updates stopped: how old the page is, when the next try is. Destructive buttons go off meanwhile. */
export function StaleBanner({ clock, secondsLeft, onRetry }: StaleBannerProps) {
  const t = useTranslations('errors');
  return (
    <div role="alert" className="waiting flex flex-wrap items-center gap-3 px-4 py-1.5">
      <Unplug className="size-[15px] text-wait" />
      <span className="min-w-0">{t('disconnected', { clock })}</span>
      <span className="num ml-auto flex items-center gap-2 text-12 whitespace-nowrap text-ink-2">
        {secondsLeft !== undefined && t('nextTry', { seconds: secondsLeft })}
        <Button size="sm" onClick={onRetry}>
          {t('tryNow')}
        </Button>
      </span>
    </div>
  );
}

import type { Locale } from '../../server/domain/text.ts';
import type { Messages } from './areas.ts';

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}

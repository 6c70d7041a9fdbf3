import type { TFunction } from 'i18next';
import { ApiError } from '../api/client';
import { currentLanguage } from '../i18n';

/** One sentence for the reader: the server's own words, else what we know. */
export function errorText(error: unknown, t: TFunction): string {
  if (error instanceof ApiError) {
    return error.text(currentLanguage()) ?? t(error.status === 0 ? 'app.unreachable' : 'app.unknownError');
  }
  return t('app.unknownError');
}

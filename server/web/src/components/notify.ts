import { notifications } from '@mantine/notifications';
import i18next, { type TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { errorText } from '../lib/error-text';

/** The cross that shuts a notice has a name for who cannot see it. */
const closing = (): { closeButtonProps: { 'aria-label': string } } => ({ closeButtonProps: { 'aria-label': i18next.t('app.close') } });

export function tell(message: ReactNode, id?: string): void {
  notifications.show({ message, autoClose: 6000, ...closing(), ...(id ? { id } : {}) });
}

export function tellError(error: unknown, t: TFunction): void {
  notifications.show({ message: errorText(error, t), color: 'red', autoClose: 10_000, ...closing() });
}

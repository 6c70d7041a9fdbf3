import { notifications } from '@mantine/notifications';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { errorText } from '../lib/error-text';

export function tell(message: ReactNode, id?: string): void {
  notifications.show({ message, autoClose: 6000, ...(id ? { id } : {}) });
}

export function tellError(error: unknown, t: TFunction): void {
  notifications.show({ message: errorText(error, t), color: 'red', autoClose: 10_000 });
}

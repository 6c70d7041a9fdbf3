import { Button, Group, Modal } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface FormModalProps {
  title: string;
  onClose: () => void;
  onSubmit: () => Promise<void>;
  children: ReactNode;
  size?: string;
  submit?: string;
}

/** A form in a dialogue: Enter saves, Esc leaves. */
export function FormModal({ title, onClose, onSubmit, children, size = 'md', submit }: FormModalProps): ReactNode {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    event.stopPropagation();
    if (busy) return;
    setBusy(true);
    try {
      await onSubmit();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={<strong>{title}</strong>} size={size} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form className="form-modal" onSubmit={(e) => void send(e)} noValidate>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {submit ?? t('app.save')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

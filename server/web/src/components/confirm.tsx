import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface Question {
  /** One sentence that names the effect. */
  ask: string;
  yes: string;
  danger?: boolean;
  /** Asks for a reason too. */
  reason?: boolean;
  act: (reason: string) => Promise<void> | void;
}

/** Asks once before what hurts others. */
export function Confirm({ question, onClose }: { question: Question | null; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    setReason('');
    setTried(false);
    setBusy(false);
  }, [question]);
  if (!question) return null;
  const missing = question.reason === true && reason.trim() === '';
  const accept = async (): Promise<void> => {
    setTried(true);
    if (missing || busy) return;
    setBusy(true);
    try {
      await question.act(reason.trim());
      onClose();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size="md" aria-label={question.yes}>
      <Text size="lg" fw={600} mb="md">
        {question.ask}
      </Text>
      {question.reason && (
        <Textarea
          label={t('meetings.reasonLabel')}
          value={reason}
          onChange={(e) => setReason(e.currentTarget.value)}
          error={tried && missing ? t('meetings.reasonNeeded') : undefined}
          maxLength={1000}
          autosize
          minRows={2}
          mb="md"
          data-autofocus
        />
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} {...(question.reason ? {} : { 'data-autofocus': true })}>
          {t('app.cancel')}
        </Button>
        <Button color={question.danger ? 'red.8' : undefined} loading={busy} onClick={() => void accept()}>
          {question.yes}
        </Button>
      </Group>
    </Modal>
  );
}

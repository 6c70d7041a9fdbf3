import { Button, Group, Modal, Radio, Stack, Textarea } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Scope } from '../api/types';

export interface Question {
  /** One sentence that names the effect. */
  ask: string;
  yes: string;
  danger?: boolean;
  /** Asks for a reason too. */
  reason?: boolean;
  /** Asks whether it holds for this meeting or more of its series. */
  scope?: boolean;
  /** What stands between the question and the answer: a list of clashes, say. */
  more?: ReactNode;
  act: (reason: string, scope: Scope) => Promise<void> | void;
}

const SCOPES: Scope[] = ['one', 'following', 'all'];

/** Asks once before what hurts others. */
export function Confirm({ question, onClose }: { question: Question | null; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [scope, setScope] = useState<Scope>('one');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    setReason('');
    setScope('one');
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
      await question.act(reason.trim(), scope);
      onClose();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} centered size="md" title={<strong>{question.ask}</strong>}>
      {question.more}
      {question.scope && (
        <Radio.Group value={scope} onChange={(value) => setScope(value as Scope)} label={t('series.scope')} mb="md">
          <Stack gap={6} mt={6}>
            {SCOPES.map((s) => (
              <Radio key={s} value={s} label={t(`series.${s}`)} />
            ))}
          </Stack>
        </Radio.Group>
      )}
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

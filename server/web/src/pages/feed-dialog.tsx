import { Alert, Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { post, request } from '../api/client';
import { useSession } from '../api/session';
import { tell } from '../components/notify';
import { Pick, useUnitOptions } from '../components/picks';
import { copyText } from '../lib/clipboard';
import { errorText } from '../lib/error-text';

/** An address that Outlook, Google Calendar or a telephone reads the meetings of a unit from; it can be revoked. */
export default function FeedDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const home = useSession((s) => s.user?.unit ?? null);
  const units = useUnitOptions();
  const [unit, setUnit] = useState<string | null>(home);
  const [url, setUrl] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const make = (): Promise<void> =>
    run(async () => {
      const answer = await post<{ url: string }>('/calendar/feed', { unit });
      setUrl(new URL(answer.url, location.href).href);
    });
  const revoke = (): Promise<void> =>
    run(async () => {
      await request('DELETE', `/calendar/feed?unit=${encodeURIComponent(unit ?? '')}`);
      setUrl('');
      tell(t('feed.revoked'));
    });
  return (
    <Modal opened onClose={onClose} title={<strong>{t('feed.title')}</strong>} centered closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className="form-modal">
        <Text>{t('feed.text')}</Text>
        <Pick
          label={t('admin.unit')}
          data={units}
          value={unit}
          onChange={(value) => {
            setUnit(value);
            setUrl('');
          }}
        />
        {url !== '' && <TextInput label={t('feed.address')} value={url} readOnly onFocus={(e) => e.currentTarget.select()} />}
        {error !== null && <Alert color="red" variant="light" role="alert" title={errorText(error, t)} />}
        <Group justify="flex-end">
          <Button variant="default" disabled={!unit} loading={busy} onClick={() => void revoke()}>
            {t('feed.revoke')}
          </Button>
          {url === '' ? (
            <Button disabled={!unit} loading={busy} onClick={() => void make()}>
              {t('feed.make')}
            </Button>
          ) : (
            <Button onClick={() => void copyText(url).then(() => tell(t('feed.copied')))}>{t('feed.copy')}</Button>
          )}
        </Group>
      </div>
    </Modal>
  );
}

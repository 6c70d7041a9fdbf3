import { Button, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { DevicePanel } from '../components/device-panel';
import { useDevices } from '../components/use-devices';

/** The check of a room's devices, without a meeting. */
export default function Check(): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const devices = useDevices();
  const finish = (): void => {
    void devices.choose({ checked: true });
    void navigate('/');
  };
  return (
    <>
      <Title order={1} size="h2" mb="md">
        {t('check.title')}
      </Title>
      <DevicePanel devices={devices} />
      <Button size="lg" mt="lg" onClick={finish}>
        {t('check.done')}
      </Button>
    </>
  );
}

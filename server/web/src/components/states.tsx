import { Button, Loader, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { ApiError } from '../api/client';
import { errorText } from '../lib/error-text';

export function Loading(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="centered" role="status">
      <Loader />
      <Text>{t('app.loading')}</Text>
    </div>
  );
}

export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }): ReactNode {
  return (
    <div className="centered">
      <Title order={2} size="h3">
        {title}
      </Title>
      {text && <Text className="quiet">{text}</Text>}
      {children}
    </div>
  );
}

function HomeButton(): ReactNode {
  const { t } = useTranslation();
  return (
    <Button component={Link} to="/">
      {t('app.home')}
    </Button>
  );
}

export function NoRight(): ReactNode {
  const { t } = useTranslation();
  return (
    <Empty title={t('noRight.title')} text={t('noRight.text')}>
      <HomeButton />
    </Empty>
  );
}

export function NotFound(): ReactNode {
  const { t } = useTranslation();
  return (
    <Empty title={t('notFound.title')} text={t('notFound.text')}>
      <HomeButton />
    </Empty>
  );
}

/** Whatever went wrong while reading a page's data: says what, and what to do. */
export function Failed({ error, onRetry }: { error: ApiError; onRetry: () => void }): ReactNode {
  const { t } = useTranslation();
  if (error.status === 403) return <NoRight />;
  if (error.status === 404) return <NotFound />;
  return (
    <div className="centered" role="alert">
      <Text fw={600}>{errorText(error, t)}</Text>
      <Button onClick={onRetry}>{t('app.retry')}</Button>
    </div>
  );
}

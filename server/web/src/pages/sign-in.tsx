import { Alert, Button, Paper, PasswordInput, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import { useSession } from '../api/session';
import { BrandIcon } from '../components/icons';
import { LanguageSwitch, ThemeSwitch } from '../components/shell';
import { errorText } from '../lib/error-text';
import './sign-in.css';

export function SignIn(): ReactNode {
  const { t } = useTranslation();
  const signIn = useSession((s) => s.signIn);
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await signIn(user.trim(), password);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const message =
    error instanceof ApiError && error.status === 401 ? t('signIn.wrong') : error ? errorText(error, t) : null;
  return (
    <main className="sign-in">
      <Paper className="sign-in-box panel" component="form" onSubmit={(e) => void submit(e as unknown as FormEvent)}>
        <div className="sign-in-brand">
          <BrandIcon size={48} />
          <div>
            <Title order={1} size="h2">
              {t('app.name')}
            </Title>
            <Text className="quiet">{t('app.tagline')}</Text>
          </div>
        </div>
        <TextInput
          label={t('signIn.user')}
          name="user"
          autoComplete="username"
          size="lg"
          value={user}
          onChange={(e) => setUser(e.currentTarget.value)}
          autoFocus
          required
          withAsterisk={false}
        />
        <PasswordInput
          label={t('signIn.password')}
          name="password"
          autoComplete="current-password"
          size="lg"
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
          required
          withAsterisk={false}
        />
        {message && (
          <Alert color="red" variant="light" role="alert" title={message} />
        )}
        <Button type="submit" size="lg" loading={busy} fullWidth>
          {t('signIn.submit')}
        </Button>
        <Text className="quiet">{t('signIn.help')}</Text>
        <div className="sign-in-foot">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </Paper>
    </main>
  );
}

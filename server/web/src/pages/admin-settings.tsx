import { Button, Checkbox, Group, PasswordInput, Select, Text, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '../api/client';
import type { Setting } from '../api/types';
import { useQuery } from '../api/use-query';
import { LightMark } from '../components/light';
import { tell, tellError } from '../components/notify';
import { Empty, Failed, Loading } from '../components/states';
import { currentLanguage } from '../i18n';
import { inLanguage } from '../lib/desk';
import { groupSettings, isNumber, isSwitch, readValue, shownValue } from '../lib/settings';
import './admin.css';

/** Every setting with what it does, its default beside it, and where its value comes from. */
export default function AdminSettings(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery<{ settings: Setting[] }>('/settings');
  const [find, setFind] = useState('');
  const [changedOnly, setChangedOnly] = useState(false);
  const [restart, setRestart] = useState(false);
  const groups = useMemo(() => groupSettings(query.data?.settings ?? [], find, changedOnly), [query.data, find, changedOnly]);
  if (!query.data) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;
  const saved = (setting: Setting): void => {
    if (setting.restart) setRestart(true);
    query.reload();
  };
  return (
    <>
      <div className="filters">
        <TextInput aria-label={t('admin.find')} placeholder={t('admin.find')} value={find} onChange={(e) => setFind(e.currentTarget.value)} miw={280} />
        <Checkbox label={t('admin.changedOnly')} checked={changedOnly} onChange={(e) => setChangedOnly(e.currentTarget.checked)} pb={8} />
      </div>
      {restart && (
        <Text role="status" mb="md">
          <LightMark light="fair">{t('admin.restartNeeded')}</LightMark>
        </Text>
      )}
      {groups.length === 0 && <Empty title={t('admin.none')} />}
      {groups.map((group) => (
        <section key={group.name} className="panel settings-group" aria-label={group.name}>
          <h2>{group.name}</h2>
          {group.settings.map((s) => (
            <SettingRow key={`${s.key} ${String(s.value)} ${s.from}`} setting={s} onSaved={() => saved(s)} />
          ))}
        </section>
      ))}
    </>
  );
}

function SettingRow({ setting, onSaved }: { setting: Setting; onSaved: () => void }): ReactNode {
  const { t } = useTranslation();
  const stored = setting.secret ? '' : shownValue(setting.value);
  const [text, setText] = useState(stored);
  const [busy, setBusy] = useState(false);
  const value = readValue(setting, text);
  const send = async (next: Setting['value']): Promise<void> => {
    setBusy(true);
    try {
      await patch('/settings', { [setting.key]: next });
      tell(t('admin.savedSetting', { key: setting.key }));
      onSaved();
    } catch (error) {
      tellError(error, t);
    } finally {
      setBusy(false);
    }
  };
  const usual = setting.secret ? t(setting.set ? 'admin.secretSet' : 'admin.secretNone') : shownValue(setting.default) || t('admin.emptyValue');
  return (
    <form
      className="setting"
      data-setting={setting.key}
      onSubmit={(e) => {
        e.preventDefault();
        if (value !== undefined) void send(value);
      }}
    >
      <span className="setting-help">
        <span className="setting-key">{setting.key}</span>
        <span>{inLanguage(setting.help, currentLanguage())}</span>
        {setting.restart && <span className="quiet">{t('admin.needsRestart')}</span>}
      </span>
      <Field setting={setting} text={text} bad={value === undefined} onChange={setText} />
      <span>
        <span className="setting-help quiet">
          <span>{setting.secret ? usual : t('admin.default', { value: usual })}</span>
          <span>{t(setting.fixed ? 'admin.fixed' : `admin.from.${setting.from}`)}</span>
        </span>
        <Group gap={6} mt={4}>
          {text !== stored && (
            <Button type="submit" size="compact-md" loading={busy} disabled={value === undefined}>
              {t('app.save')}
            </Button>
          )}
          {text === stored && setting.from === 'override' && (
            <Button size="compact-md" variant="default" loading={busy} onClick={() => void send(null)}>
              {t('admin.reset')}
            </Button>
          )}
        </Group>
      </span>
    </form>
  );
}

function numberText({ min = 0, max = 0 }: Setting, t: ReturnType<typeof useTranslation>['t']): string {
  return min === max ? t('admin.numberNeeded') : t('admin.numberBetween', { min, max });
}

interface FieldProps {
  setting: Setting;
  text: string;
  bad: boolean;
  onChange: (text: string) => void;
}

function Field({ setting, text, bad, onChange }: FieldProps): ReactNode {
  const { t } = useTranslation();
  if (setting.fixed) return <TextInput aria-label={setting.key} value={text} readOnly variant="filled" />;
  if (isSwitch(setting) || setting.type === 'enum') {
    return (
      <Select
        aria-label={setting.key}
        data={
          isSwitch(setting)
            ? [
                { value: 'true', label: t('admin.on') },
                { value: 'false', label: t('admin.off') },
              ]
            : (setting.options ?? [])
        }
        value={text}
        allowDeselect={false}
        onChange={(v) => onChange(v ?? text)}
      />
    );
  }
  if (setting.secret) {
    return <PasswordInput aria-label={setting.key} value={text} onChange={(e) => onChange(e.currentTarget.value)} placeholder={t('admin.secretKeep')} autoComplete="off" maxLength={1000} />;
  }
  return (
    <TextInput
      aria-label={setting.key}
      value={text}
      onChange={(e) => onChange(e.currentTarget.value)}
      error={bad ? numberText(setting, t) : undefined}
      maxLength={1000}
      {...(isNumber(setting) ? { inputMode: 'numeric' as const } : {})}
    />
  );
}

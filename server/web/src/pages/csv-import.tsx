import { Alert, Button, Checkbox, Group, Modal, Text } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RawBody, request } from '../api/client';
import type { ImportReport } from '../api/types';
import { tell, tellError } from '../components/notify';
import { currentLanguage } from '../i18n';
import './admin.css';

interface CsvImportProps {
  /** "/endpoints" or "/groups". */
  path: string;
  title: string;
  help: string;
  onClose: (changed: boolean) => void;
}

/** Reads a CSV file: the server says what would change, and changes it only when told to. */
export function CsvImport({ path, title, help, onClose }: CsvImportProps): ReactNode {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [remove, setRemove] = useState(false);
  const [report, setReport] = useState<ImportReport | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (from: File, dry: boolean, removing: boolean): Promise<void> => {
    setBusy(true);
    try {
      const query = new URLSearchParams({ ...(dry ? { dry_run: '1' } : {}), ...(removing ? { remove: '1' } : {}) });
      const answer = await request<ImportReport>('POST', `${path}/import?${query}`, new RawBody('text/csv', await from.arrayBuffer()));
      setReport(answer);
      if (!dry && answer.errors.length === 0) {
        tell(t('admin.imported', { count: answer.added + answer.changed + answer.removed }));
        onClose(true);
      }
    } catch (error) {
      setReport(null);
      tellError(error, t);
    } finally {
      setBusy(false);
    }
  };
  const choose = (chosen: File | undefined): void => {
    if (!chosen) return;
    setFile(chosen);
    void send(chosen, true, remove);
  };
  const total = report ? report.added + report.changed + report.removed : 0;
  return (
    <Modal opened onClose={() => onClose(false)} title={<strong>{title}</strong>} size="lg" closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className="form-modal">
        <Text>{help}</Text>
        <Group>
          <Button variant="default" onClick={() => input.current?.click()}>
            {t('admin.chooseFile')}
          </Button>
          <span>{file?.name}</span>
          <input
            ref={input}
            type="file"
            hidden
            accept=".csv,text/csv"
            data-import
            onChange={(e) => {
              choose(e.currentTarget.files?.[0]);
              e.currentTarget.value = '';
            }}
          />
        </Group>
        <Checkbox
          label={t('admin.removeOthers')}
          checked={remove}
          onChange={(e) => {
            setRemove(e.currentTarget.checked);
            if (file) void send(file, true, e.currentTarget.checked);
          }}
        />
        {report && (
          <>
            <Text fw={600} role="status" data-plan>
              {t('admin.plan', { added: report.added, changed: report.changed, removed: report.removed, unchanged: report.unchanged ?? 0 })}
            </Text>
            {report.errors.length > 0 && (
              <Alert color="red" variant="light" title={t('admin.faultsStop', { count: report.errors.length })}>
                <ul className="admin-faults">
                  {report.errors.map((e) => (
                    <li key={`${e.line}-${e.text}`}>{t('admin.faultLine', { line: e.line, text: currentLanguage() === 'en' ? (e.text_en ?? e.text) : e.text })}</li>
                  ))}
                </ul>
              </Alert>
            )}
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onClose(false)}>
            {t('app.cancel')}
          </Button>
          <Button disabled={!report || total === 0 || report.errors.length > 0} loading={busy} onClick={() => file && void send(file, false, remove)}>
            {t('admin.importNow', { count: total })}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}

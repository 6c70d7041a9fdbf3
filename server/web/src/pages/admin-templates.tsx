import { Button, Group } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { del } from '../api/client';
import type { Template } from '../api/types';
import { useQuery } from '../api/use-query';
import { Confirm, type Question } from '../components/confirm';
import { DataTable } from '../components/data-table';
import { PlusIcon } from '../components/icons';
import { tell, tellError } from '../components/notify';
import { useUnitOptions } from '../components/picks';

const templateText = (x: Template): string => `${x.name} ${x.body.title ?? ''}`;

/** Templates are made where meetings are booked; here they are seen, used and removed. */
export default function AdminTemplates(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery<{ templates: Template[] }>('/templates');
  const units = useUnitOptions();
  const unitNames = useMemo(() => new Map(units.map((u) => [u.value, u.label])), [units]);
  const [question, setQuestion] = useState<Question | null>(null);
  const remove = (x: Template): void =>
    setQuestion({
      ask: t('admin.removeTemplateAsk', { name: x.name }),
      yes: t('app.delete'),
      danger: true,
      act: async () => {
        try {
          await del(`/templates/${x.id}`);
          tell(t('admin.removed'));
        } catch (error) {
          tellError(error, t);
        }
        query.reload();
      },
    });
  return (
    <>
      <DataTable
        query={query}
        rows={query.data?.templates ?? null}
        label={t('admin.templates')}
        keyOf={(x) => x.id}
        textOf={templateText}
        none={t('admin.noTemplates')}
        columns={[
          { head: t('admin.name'), width: 'minmax(0, 1.5fr)', cell: (x) => x.name },
          { head: t('booking.name'), width: 'minmax(0, 2fr)', cell: (x) => x.body.title ?? '' },
          { head: t('admin.unit'), width: 'minmax(0, 1.2fr)', cell: (x) => unitNames.get(x.unit) ?? x.unit },
          { head: t('statistics.hours'), width: '110px', cell: (x) => (x.body.length_minutes ? t('overview.minutes', { n: x.body.length_minutes }) : '') },
          {
            head: '',
            width: '200px',
            cell: (x) => (
              <Group gap={6} wrap="nowrap" justify="flex-end">
                <Button size="compact-md" variant="default" component={Link} to={`/meetings/new?template=${x.id}`} aria-label={t('admin.useOf', { name: x.name })}>
                  {t('admin.use')}
                </Button>
                <Button size="compact-md" variant="default" onClick={() => remove(x)} aria-label={t('admin.removeOf', { name: x.name })}>
                  {t('app.delete')}
                </Button>
              </Group>
            ),
          },
        ]}
        action={
          <Button component={Link} to="/meetings/new" variant="default" leftSection={<PlusIcon size={18} />}>
            {t('meetings.new')}
          </Button>
        }
      />
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </>
  );
}

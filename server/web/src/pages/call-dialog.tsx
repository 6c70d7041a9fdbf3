import { Alert, Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { post } from '../api/client';
import { useSession } from '../api/session';
import type { Endpoint, EndpointGroup, MeetingDetail, Unit } from '../api/types';
import { useQuery } from '../api/use-query';
import { PhoneIcon } from '../components/icons';
import { Pick, PickMany, useEndpointOptions } from '../components/picks';
import { Failed, Loading } from '../components/states';
import { UnitTree } from '../components/unit-tree';
import { hasGuests, invitedRooms, newDraft, participants, type Draft } from '../lib/draft';
import { errorText } from '../lib/error-text';
import { buildTree, type Tree } from '../lib/tree';

/** "Call these sites now": pick them, press the button; their rooms ring and the control room opens. */
export default function CallDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const units = useQuery<{ units: Unit[] }>('/units');
  const endpoints = useQuery<{ endpoints: Endpoint[] }>('/endpoints');
  const groups = useQuery<{ groups: EndpointGroup[] }>('/groups');
  const tree = useMemo(() => (units.data ? buildTree(units.data.units) : null), [units.data]);
  const error = units.error ?? endpoints.error;
  const ready = tree && endpoints.data && (groups.data || groups.error);
  return (
    <Modal opened onClose={onClose} title={<strong>{t('call.title')}</strong>} size="lg" closeButtonProps={{ 'aria-label': t('app.close') }}>
      {error && !ready && (
        <Failed
          error={error}
          onRetry={() => {
            units.reload();
            endpoints.reload();
          }}
        />
      )}
      {!error && !ready && <Loading />}
      {ready && <CallForm tree={tree} endpoints={endpoints.data!.endpoints} groups={groups.data?.groups ?? []} onClose={onClose} />}
    </Modal>
  );
}

interface FormProps {
  tree: Tree;
  endpoints: Endpoint[];
  groups: EndpointGroup[];
  onClose: () => void;
}

function CallForm({ tree, endpoints, groups, onClose }: FormProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const home = useSession((s) => s.user?.unit ?? null);
  const [draft, setDraft] = useState<Draft>(() => {
    const host = home && tree.byCode.has(home) ? home : (tree.roots[0]?.code ?? null);
    return { ...newDraft(new Date(), host), chair: endpoints.find((e) => e.unit === host)?.id ?? null };
  });
  const change = (part: Partial<Draft>): void => setDraft((old) => ({ ...old, ...part }));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const options = useEndpointOptions(endpoints);
  const selection = useMemo(() => new Set(draft.units), [draft.units]);
  const rooms = invitedRooms(draft, endpoints, groups).size;
  const missing = !draft.chair || !draft.host || !hasGuests(draft);
  const call = async (): Promise<void> => {
    setTried(true);
    if (missing || busy) return;
    setBusy(true);
    setError(null);
    try {
      const title = draft.title.trim();
      const made = await post<MeetingDetail>('/calls', {
        ...(title ? { title } : {}),
        host_unit: draft.host,
        chair_endpoint: draft.chair,
        ...participants(draft, tree, endpoints),
      });
      void navigate(`/meetings/${made.id}/control`);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <form
      className="call"
      onSubmit={(e) => {
        e.preventDefault();
        void call();
      }}
    >
      <TextInput
        label={t('call.name')}
        placeholder={t('call.namePlaceholder')}
        value={draft.title}
        onChange={(e) => change({ title: e.currentTarget.value })}
        maxLength={200}
        data-autofocus
      />
      <Pick
        label={t('booking.chair')}
        data={options}
        value={draft.chair}
        onChange={(chair) => change({ chair })}
        error={tried && !draft.chair ? t('booking.chairNeeded') : undefined}
      />
      {groups.length > 0 && (
        <PickMany label={t('booking.groups')} data={groups.map((g) => ({ value: g.id, label: g.name }))} value={draft.groups} onChange={(ids) => change({ groups: ids })} />
      )}
      <UnitTree tree={tree} selection={selection} onChange={(next) => change({ units: [...next] })} compact />
      {tried && !hasGuests(draft) && (
        <Text className="light-bad" role="alert">
          {t('booking.whoNeeded')}
        </Text>
      )}
      {error !== null && <Alert color="red" variant="light" role="alert" title={errorText(error, t)} />}
      <Group justify="space-between">
        <strong aria-live="polite">{t('call.rings', { count: rooms })}</strong>
        <Group>
          <Button variant="default" onClick={onClose}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={busy} leftSection={<PhoneIcon size={18} />}>
            {t('call.now')}
          </Button>
        </Group>
      </Group>
    </form>
  );
}

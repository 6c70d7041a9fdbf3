import { Button, Group, Title } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { useQuery } from '../api/use-query';
import { LightMark } from '../components/light';
import { Failed, Loading } from '../components/states';
import { TimeChart } from '../components/time-chart';
import { useTitle } from '../components/use-now';
import { duration } from '../lib/health';
import './board.css';

interface Shard {
  shard: number;
  transports: number;
  tracks: number;
  slots: number;
  round_worst_us: number;
  packets_per_round?: number;
  pressure?: number;
}

interface Rates {
  cpu_percent: number;
  rx_pps: number;
  tx_pps: number;
  rx_bytes_s: number;
  tx_bytes_s: number;
  rx_dropped_s: number;
  tx_dropped_s: number;
}

interface RelayHealth {
  connected: boolean;
  shards?: (Shard & Partial<Rates>)[];
  /** From the second answer on. */
  total?: Rates;
  rss_bytes?: number;
  uptime_s?: number;
}

const KEPT = 300;
const EVERY_MS = 2_000;

const megabits = (bytes: number): string => `${((bytes * 8) / 1e6).toFixed(1)} Mbit/s`;

function factsOf(now: RelayHealth, total: Rates, shards: readonly Shard[], t: TFunction): [string, string][] {
  const worst = Math.max(0, ...shards.map((s) => s.round_worst_us));
  const batches = shards.map((s) => (s.packets_per_round ?? 0).toFixed(1)).join(' · ');
  const facts: [string, string][] = [
    [t('board.relay.cpu'), `${total.cpu_percent.toFixed(0)} %`],
    [t('board.relay.packets'), `${t('board.relay.in', { n: Math.round(total.rx_pps) })} · ${t('board.relay.out', { n: Math.round(total.tx_pps) })}`],
    [t('board.relay.rate'), `${t('board.relay.in', { n: megabits(total.rx_bytes_s) })} · ${t('board.relay.out', { n: megabits(total.tx_bytes_s) })}`],
    [t('board.relay.drops'), String(Math.round(total.rx_dropped_s + total.tx_dropped_s))],
    [t('board.relay.worst'), `${(worst / 1000).toFixed(1)} ms`],
    [t('board.relay.batch'), batches],
    [t('board.relay.memory'), `${((now.rss_bytes ?? 0) / 1048576).toFixed(0)} MiB`],
    [t('board.relay.uptime'), duration((now.uptime_s ?? 0) * 1000)],
  ];
  const pressure = Math.max(0, ...shards.map((s) => s.pressure ?? 0));
  return pressure > 0 ? [...facts, [t('board.relay.pressure'), String(pressure)]] : facts;
}

/** The relay itself: how busy it is, and what it drops. */
export default function BoardServer(): ReactNode {
  const { t } = useTranslation();
  const relay = useQuery<RelayHealth>('/health/relay', EVERY_MS);
  const [columns, setColumns] = useState<number[][]>([[], [], []]);
  useTitle(t('board.relay.title'));

  useEffect(() => {
    const total = relay.data?.total;
    if (!total) return;
    const values = [Date.now() / 1000, total.cpu_percent, total.tx_pps];
    setColumns((old) => values.map((value, i) => [...(old[i] ?? []), value].slice(-KEPT)));
  }, [relay.data]);

  if (relay.error && !relay.data) return <Failed error={relay.error} onRetry={relay.reload} />;
  if (!relay.data) return <Loading />;
  const now = relay.data;
  const shards = now.shards ?? [];
  const facts = now.total ? factsOf(now, now.total, shards, t) : [];
  return (
    <>
      <Group gap="md" align="center">
        <Title order={1} size="h2">
          {t('board.relay.title')}
        </Title>
        <LightMark light={now.connected ? 'good' : 'bad'}>{t(now.connected ? 'board.relay.up' : 'board.relay.down')}</LightMark>
        <Button component={Link} to="/board" variant="default" ml="auto">
          {t('board.back')}
        </Button>
      </Group>
      <dl className="board-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="board-charts">
        <TimeChart title={t('board.relay.cpu')} columns={[columns[0] ?? [], columns[1] ?? []]} names={['%']} group="relay" />
        <TimeChart title={t('board.relay.packets')} columns={[columns[0] ?? [], columns[2] ?? []]} names={[t('board.site.up')]} group="relay" />
      </div>
      <div className="board-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('board.relay.shard')}</th>
              <th scope="col">{t('board.relay.transports')}</th>
              <th scope="col">{t('board.relay.tracks')}</th>
              <th scope="col">{t('board.relay.slots')}</th>
            </tr>
          </thead>
          <tbody>
            {shards.map((s) => (
              <tr key={s.shard}>
                <th scope="row">{s.shard}</th>
                <td>{s.transports}</td>
                <td>{s.tracks}</td>
                <td>{s.slots}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

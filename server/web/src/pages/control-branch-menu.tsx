import { ActionIcon, Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { DotsIcon } from '../components/icons';
import type { GroupCount, SiteGroup } from '../lib/site-tree';
import { muteBranchQuestion, writeTo } from './control-acts';
import { useDesk, useMay, useRoomState } from './control-desk';

/** What is done to a whole branch, from its row. The desk of a branch has it for its own alone. */
export function BranchMenu({ group, count }: { group: SiteGroup; count: GroupCount }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const own = useRoomState((s) => s.branch === group.code);
  const { code, name } = group;
  if (code === '' || !(may.run || (may.branch && own))) return null;
  return (
    <Menu withInitialFocusPlaceholder={false} position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={t('control.branchActs', { name })}>
          <DotsIcon size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {count.waiting > 0 && (
          <Menu.Item onClick={() => void desk.run({ type: 'lobby.admit', branch: code })}>
            {t('control.admitBranch', { n: count.waiting })}
          </Menu.Item>
        )}
        <Menu.Item onClick={() => desk.askText(writeTo(desk, t, { branch: code }, name))}>{t('control.writeBranch')}</Menu.Item>
        {may.run && (
          <Menu.Item onClick={() => desk.ask(muteBranchQuestion(desk, t, code, name))}>{t('control.muteBranch')}</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

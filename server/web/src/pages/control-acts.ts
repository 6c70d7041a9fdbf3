/** Acts that ask first: what hurts others asks once, what needs a text asks for it. */
import type { TFunction } from 'i18next';
import type { Question } from '../components/confirm';
import type { Audience } from '../room/protocol';
import { nameOf, seatName } from '../room/state';
import type { Desk, Prompt } from './control-desk';

export const MESSAGE_MAX = 500;
const NAME_MAX = 120;
const REASON_MAX = 200;

export function muteAllQuestion(desk: Desk, t: TFunction, who: { except?: string[] }): Question {
  const one = who.except?.[0];
  return {
    ask: t(one ? 'control.muteButAsk' : 'control.muteAllAsk', { name: one ? nameOf(desk.state, one) : '' }),
    yes: t('control.muteAllYes'),
    danger: true,
    act: async () => void (await desk.run({ type: 'mute.all', ...who })),
  };
}

export function muteBranchQuestion(desk: Desk, t: TFunction, branch: string, name: string): Question {
  return {
    ask: t('control.muteBranchAsk', { name }),
    yes: t('control.muteAllYes'),
    danger: true,
    act: async () => void (await desk.run({ type: 'mute.all', branch })),
  };
}

export function endQuestion(desk: Desk, t: TFunction): Question {
  return {
    ask: t('control.endAsk'),
    yes: t('control.endYes'),
    danger: true,
    act: async () => void (await desk.run({ type: 'meeting.end' })),
  };
}

/** `branch`: the name of the branch it goes to. */
export function writeTo(desk: Desk, t: TFunction, to: Audience, branch = ''): Prompt {
  const name = 'endpoint' in to ? nameOf(desk.state, to.endpoint) : branch;
  return {
    title: name ? t('control.messageTo', { name }) : t('branch' in to ? 'control.messageToBranch' : 'control.messageToAll'),
    label: t('control.messageLabel'),
    yes: t('control.send'),
    max: MESSAGE_MAX,
    act: (text) => desk.run({ type: 'message', to, text }),
  };
}

export function renamePrompt(desk: Desk, t: TFunction, endpoint: string): Prompt {
  const seat = desk.state.seats.get(endpoint);
  return {
    title: t('control.renameTitle', { name: seat?.name ?? endpoint }),
    label: t('control.renameLabel'),
    yes: t('control.renameYes'),
    value: seat ? seatName(seat) : '',
    max: NAME_MAX,
    mayBeEmpty: true,
    act: (text) => desk.run({ type: 'seat.rename', endpoint, name: text === '' || text === seat?.name ? null : text }),
  };
}

export function removePrompt(desk: Desk, t: TFunction, endpoint: string, bar: boolean): Prompt {
  const name = nameOf(desk.state, endpoint);
  return {
    title: t(bar ? 'control.barAsk' : 'control.removeAsk', { name }),
    label: t('control.removeReason'),
    yes: t(bar ? 'control.barYes' : 'control.removeYes'),
    max: REASON_MAX,
    mayBeEmpty: true,
    danger: true,
    act: (reason) => desk.run({ type: 'seat.remove', endpoint, bar, ...(reason ? { reason } : {}) }),
  };
}

export function excusePrompt(desk: Desk, t: TFunction, endpoint: string): Prompt {
  return {
    title: t('control.excuseTitle', { name: nameOf(desk.state, endpoint) }),
    label: t('control.excuseLabel'),
    yes: t('app.save'),
    value: desk.state.seats.get(endpoint)?.roll?.reason ?? '',
    max: REASON_MAX,
    act: (reason) => desk.run({ type: 'roll.mark', endpoint, mark: 'excused', reason }),
  };
}

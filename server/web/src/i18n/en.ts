import { adminEn } from './admin';
import { afterEn } from './after';
import { boardEn } from './board';
import { controlEn } from './control';
import { deskEn } from './desk';
import { lineReportEn } from './line-report';
import { rehearsalEn } from './rehearsal';
import { roomEn } from './room';
import type { WithSingular } from './types';
import type { Messages } from './vi';

export const en: WithSingular<Messages> = {
  app: {
    name: 'Diemcau',
    tagline: 'Video meetings of government offices, province to commune',
    time: 'At',
    retry: 'Try again',
    back: 'Back',
    home: 'Home',
    cancel: 'No',
    close: 'Close',
    save: 'Save',
    delete: 'Delete',
    loading: 'Loading…',
    language: 'Language',
    theme: 'Light or dark',
    light: 'Light',
    dark: 'Dark',
    signOut: 'Sign out',
    menu: 'Menu',
    search: 'Search…',
    clearSearch: 'Clear search',
    skip: 'Skip to content',
    keys: 'Keys',
    stale: 'These figures could not be refreshed, trying again…',
    unreachable: 'The server cannot be reached. Check the network cable, then press Try again.',
    unknownError: 'The server reported an error. Try again; if it persists, call the central technician.',
    none: 'Nothing here yet',
  },
  nav: { board: 'Lines', statistics: 'Statistics', lists: 'Lists', meetings: 'Meetings', admin: 'Administration', check: 'Check devices', home: 'Home' },
  role: { administrator: 'Administrator', secretary: 'Secretary', technician: 'Technician', endpoint: 'Room' },
  notFound: {
    title: 'There is no such page',
    text: 'The address is mistyped, or the meeting has moved. Go back to the home page.',
  },
  noRight: {
    title: 'This account may not see this page',
    text: 'Sign in with another account, or ask your administrator for the right.',
  },
  signIn: {
    title: 'Sign in',
    user: 'Login name',
    password: 'Password',
    submit: 'Sign in',
    wrong: 'Wrong login name or password. Type it again; mind Caps Lock and the Vietnamese input method.',
    help: 'Forgot the password? Call your administrator.',
  },
  state: {
    draft: 'Draft',
    rehearsal: 'Rehearsal',
    scheduled: 'Booked',
    open: 'Room open',
    live: 'In session',
    ended: 'Ended',
    postponed: 'Postponed',
    cancelled: 'Cancelled',
  },
  light: { good: 'good', fair: 'weak', bad: 'ill', absent: 'absent' },
  ...adminEn,
  ...afterEn,
  ...boardEn,
  ...controlEn,
  ...deskEn,
  ...lineReportEn,
  ...rehearsalEn,
  ...roomEn,
};

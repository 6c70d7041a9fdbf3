import { create } from 'zustand';
import { ApiError, del, get, post, setCsrf, setOnSignedOut } from './client';
import type { Session, SessionUser } from './types';

interface SessionState {
  /** asking: not known yet; offline: the server did not answer. */
  status: 'asking' | 'in' | 'out' | 'offline';
  user: SessionUser | null;
  /** The centre's; "": not known. */
  helpPhone: string;
  load: () => Promise<void>;
  signIn: (user: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
}

/**
 * Was somebody signed in here? Asking the server without need would be answered by 401, which browsers show as an error.
 */
const KEY = 'diemcau.signed-in';

function mayBeSignedIn(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true;
  }
}

function remember(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(KEY, '1');
    else localStorage.removeItem(KEY);
  } catch {
    // Then the server is asked at every start.
  }
}

export const useSession = create<SessionState>((set) => {
  const enter = (session: Session): void => {
    setCsrf(session.csrf);
    remember(true);
    set({ status: 'in', user: session.user, helpPhone: session.help_phone ?? '' });
  };
  const leave = (): void => {
    setCsrf('');
    remember(false);
    set({ status: 'out', user: null });
  };
  setOnSignedOut(leave);
  return {
    status: 'asking',
    user: null,
    helpPhone: '',
    load: async () => {
      if (!mayBeSignedIn()) return leave();
      try {
        enter(await get<Session>('/session'));
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) leave();
        else set({ status: 'offline' });
      }
    },
    signIn: async (user, password) => enter(await post<Session>('/session', { user, password })),
    signOut: async () => {
      try {
        await del('/session');
      } finally {
        leave();
      }
    },
  };
});

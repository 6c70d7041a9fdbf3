import { create } from 'zustand';
import { ApiError, del, get, post, setCsrf, setOnSignedOut } from './client';
import type { Session, SessionUser } from './types';

interface SessionState {
  /** asking: not known yet; offline: the server did not answer. */
  status: 'asking' | 'in' | 'out' | 'offline';
  user: SessionUser | null;
  load: () => Promise<void>;
  signIn: (user: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
}

export const useSession = create<SessionState>((set) => {
  const enter = (session: Session): void => {
    setCsrf(session.csrf);
    set({ status: 'in', user: session.user });
  };
  const leave = (): void => {
    setCsrf('');
    set({ status: 'out', user: null });
  };
  setOnSignedOut(leave);
  return {
    status: 'asking',
    user: null,
    load: async () => {
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

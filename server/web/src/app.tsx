import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { createBrowserRouter, Outlet, RouterProvider } from 'react-router-dom';
import { ApiError } from './api/client';
import { useSession } from './api/session';
import type { Role } from './api/types';
import { Shell } from './components/shell';
import { Failed, Loading, NoRight, NotFound } from './components/states';
import { SignIn } from './pages/sign-in';
import { theme } from './theme';

const Desk = lazy(() => import('./pages/home'));
const Commune = lazy(() => import('./pages/commune'));
const Booking = lazy(() => import('./pages/booking'));
const MeetingPage = lazy(() => import('./pages/meeting'));
const Statistics = lazy(() => import('./pages/statistics'));
const Check = lazy(() => import('./pages/check'));
const Room = lazy(() => import('./pages/room'));
const Control = lazy(() => import('./pages/control'));
const After = lazy(() => import('./pages/after'));
const Chair = lazy(() => import('./pages/chair'));
const Board = lazy(() => import('./pages/board'));
const BoardSite = lazy(() => import('./pages/board-site'));
const RehearsalBoard = lazy(() => import('./pages/board-rehearsal'));
const BoardServer = lazy(() => import('./pages/board-server'));
const LineReport = lazy(() => import('./pages/line-report'));
const Admin = lazy(() => import('./pages/admin'));

/** Pages for signed-in people; the sign-in page takes their place, so that the address stays. */
function Guard(): ReactNode {
  const status = useSession((s) => s.status);
  const load = useSession((s) => s.load);
  useEffect(() => {
    if (status === 'asking') void load();
  }, [status, load]);
  if (status === 'asking') return <Loading />;
  if (status === 'out') return <SignIn />;
  if (status === 'offline') {
    return (
      <Shell>
        <Failed error={new ApiError(0, null)} onRetry={() => void load()} />
      </Shell>
    );
  }
  return (
    <Suspense fallback={<Loading />}>
      <Outlet />
    </Suspense>
  );
}

function Allow({ roles, children }: { roles: Role[]; children: ReactNode }): ReactNode {
  const role = useSession((s) => s.user?.role);
  return role && roles.includes(role) ? children : <NoRight />;
}

function Home(): ReactNode {
  const role = useSession((s) => s.user?.role);
  return role === 'endpoint' ? <Commune /> : <Desk />;
}

function Broken(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="centered" role="alert">
      <p>{t('app.unknownError')}</p>
      <button type="button" onClick={() => location.reload()}>
        {t('app.retry')}
      </button>
    </div>
  );
}

// The same element at both addresses: a draft that gets its own address while it is typed keeps its form.
const booking = (
  <Allow roles={['administrator', 'secretary']}>
    <Booking />
  </Allow>
);

const technical = (page: ReactNode): ReactNode => <Allow roles={['administrator', 'secretary', 'technician']}>{page}</Allow>;

const router = createBrowserRouter(
  [
    {
      element: <Guard />,
      errorElement: <Broken />,
      children: [
        { path: '/meetings/:id/room', element: <Room /> },
        { path: '/meetings/:id/control', element: <Control /> },
        { path: '/meetings/:id/chair', element: <Chair /> },
        {
          element: <Shell />,
          children: [
            { path: '/', element: <Home /> },
            { path: '/meetings/new', element: booking },
            { path: '/meetings/:id/edit', element: booking },
            { path: '/meetings/:id', element: <MeetingPage /> },
            {
              path: '/statistics',
              element: (
                <Allow roles={['administrator', 'secretary', 'technician']}>
                  <Statistics />
                </Allow>
              ),
            },
            { path: '/meetings/:id/board', element: technical(<Board />) },
            { path: '/meetings/:id/rehearsal', element: technical(<RehearsalBoard />) },
            { path: '/board', element: technical(<Board />) },
            { path: '/board/sites/:endpoint', element: technical(<BoardSite />) },
            { path: '/board/server', element: technical(<BoardServer />) },
            { path: '/meetings/:id/after', element: <After /> },
            { path: '/meetings/:id/line-report', element: technical(<LineReport />) },
            { path: '/line-reports', element: technical(<LineReport />) },
            { path: '/check', element: <Check /> },
            {
              path: '/admin/:tab?',
              element: (
                <Allow roles={['administrator', 'secretary', 'technician']}>
                  <Admin />
                </Allow>
              ),
            },
            { path: '*', element: <NotFound /> },
          ],
        },
      ],
    },
  ],
  {
    future: {
      v7_relativeSplatPath: true,
      v7_fetcherPersist: true,
      v7_normalizeFormMethod: true,
      v7_partialHydration: true,
      v7_skipActionErrorRevalidation: true,
    },
  },
);

export function App(): ReactNode {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="bottom-right" />
      <RouterProvider router={router} future={{ v7_startTransition: true }} />
    </MantineProvider>
  );
}

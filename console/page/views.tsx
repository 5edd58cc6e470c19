import type { JSX } from 'preact';
import type { ConsoleInfo } from '../contract/info.ts';
import type { ViewPath } from '../contract/view-paths.ts';
import { ContractsView } from './contracts/contracts-view.tsx';
import { DeadLettersView } from './dead-letters/dead-letters-view.tsx';
import { EventsView } from './events/events-view.tsx';
import { FlowView } from './flow/flow-view.tsx';
import { HealthView } from './health/health-view.tsx';
import { LabView } from './lab/lab-view.tsx';
import { ReplayView } from './replay/replay-view.tsx';
import { UserView } from './user/user-view.tsx';
import { RegisterView } from './users/register-view.tsx';
import { UsersView } from './users/users-view.tsx';

/** A view of the page. */
export interface View {
  /** Its name in the bar, and the key that shows it. Without a tab it is reached by links. */
  readonly tab?: { readonly name: string; readonly key: string };
  /** Whether the bar names it for this pipeline. @default always */
  isFor?(info: ConsoleInfo): boolean;
  show(query: URLSearchParams): JSX.Element;
}

/** In the order of the bar. */
export const VIEWS: Readonly<Record<ViewPath, View>> = {
  '/': { tab: { name: 'Users', key: 'u' }, show: () => <UsersView /> },
  '/user': { show: (query) => <UserView key={query.get('id')} userId={query.get('id') ?? ''} /> },
  '/flow': { tab: { name: 'Flow', key: 'f' }, show: () => <FlowView /> },
  '/events': { tab: { name: 'Events', key: 'e' }, show: () => <EventsView /> },
  '/dead-letters': { tab: { name: 'Dead letters', key: 'd' }, show: () => <DeadLettersView /> },
  '/replay': { tab: { name: 'Replay', key: 'p' }, show: () => <ReplayView /> },
  '/health': { tab: { name: 'Health', key: 'h' }, show: () => <HealthView /> },
  '/contracts': { tab: { name: 'Contracts', key: 'c' }, show: () => <ContractsView /> },
  '/register': { tab: { name: 'Register', key: 'r' }, show: () => <RegisterView /> },
  '/lab': {
    tab: { name: 'Lab', key: 'l' },
    isFor: ({ place }) => place === 'engine',
    show: () => <LabView />,
  },
};

/** The view of a path; the users, for one that is unknown. */
export function viewOf(path: string): View {
  return Object.hasOwn(VIEWS, path) ? VIEWS[path as ViewPath] : VIEWS['/'];
}

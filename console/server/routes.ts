import { readInfo } from './console-info.ts';
import { followEventStream } from './event-stream.ts';
import { findUsers, followUsers } from './find-users.ts';
import { followFlowPage } from './flow-page.ts';
import { sendAsset, sendPage } from './page-files.ts';
import { register } from './register.ts';
import type { Route } from './route.ts';
import { readDetails } from './user-details.ts';
import { followUser } from './user-page.ts';

/** Addresses of views: the page itself reads them. */
const VIEWS = ['/', '/user', '/flow', '/events', '/register'];

const PAGE: Route = { kind: 'page', send: sendPage };
const ASSET: Route = { kind: 'page', send: sendAsset };

const ROUTES: Readonly<Record<string, Route>> = {
  ...Object.fromEntries(VIEWS.map((path) => [`GET ${path}`, PAGE])),
  'GET /api/console': { kind: 'read', read: readInfo },
  'GET /api/users': { kind: 'stream', follow: followUsers },
  'GET /api/find': { kind: 'read', read: findUsers },
  'GET /api/events': { kind: 'stream', follow: followEventStream },
  'GET /api/flow': { kind: 'stream', follow: followFlowPage },
  'GET /api/user': { kind: 'stream', follow: followUser },
  'GET /api/user/details': { kind: 'read', read: readDetails },
  'POST /api/register': { kind: 'change', change: register },
};

/** What answers a request; undefined if nothing does. */
export function findRoute(method: string, path: string): Route | undefined {
  if (method === 'GET' && path.startsWith('/assets/')) return ASSET;
  return Object.hasOwn(ROUTES, `${method} ${path}`) ? ROUTES[`${method} ${path}`] : undefined;
}

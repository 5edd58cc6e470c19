import type { ServerResponse } from 'node:http';
import type { TargetOptions } from '../../operations/aws/target.ts';
import type { StreamItem } from './answers.ts';
import { readInfo } from './console-info.ts';
import { findUsers, followUsers } from './find-users.ts';
import { sendAsset, sendPage } from './page-files.ts';
import { register } from './register.ts';
import { followUser } from './user-page.ts';

/** What a request asks for. */
export interface Asked {
  readonly query: URLSearchParams;
  /** The options that choose the pipeline. */
  readonly target: TargetOptions;
  readonly isWritable: boolean;
  /** Aborted when the browser is gone, or the console ends. */
  readonly signal: AbortSignal;
}

/** A stream that may be the continuation of an earlier one. */
export interface AskedStream extends Asked {
  /** The id of the last item that the browser got. */
  readonly lastId: string | readonly string[] | undefined;
}

export type Route =
  | { readonly kind: 'page'; send(response: ServerResponse, page: { token: string; path: string }): Promise<void> }
  | { readonly kind: 'read'; read(asked: Asked): Promise<object> }
  | { readonly kind: 'change'; change(asked: Asked, body: Readonly<Record<string, unknown>>): Promise<object> }
  | { readonly kind: 'stream'; follow(asked: AskedStream): AsyncIterable<StreamItem> };

/** Addresses of views: the page itself reads them. */
const VIEWS = ['/', '/user', '/register'];

const PAGE: Route = { kind: 'page', send: sendPage };
const ASSET: Route = { kind: 'page', send: sendAsset };

const ROUTES: Readonly<Record<string, Route>> = {
  ...Object.fromEntries(VIEWS.map((path) => [`GET ${path}`, PAGE])),
  'GET /api/console': { kind: 'read', read: readInfo },
  'GET /api/users': { kind: 'stream', follow: followUsers },
  'GET /api/find': { kind: 'read', read: findUsers },
  'GET /api/user': { kind: 'stream', follow: followUser },
  'POST /api/register': { kind: 'change', change: register },
};

/** What answers a request; undefined if nothing does. */
export function findRoute(method: string, path: string): Route | undefined {
  if (method === 'GET' && path.startsWith('/assets/')) return ASSET;
  return Object.hasOwn(ROUTES, `${method} ${path}`) ? ROUTES[`${method} ${path}`] : undefined;
}

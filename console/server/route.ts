import type { ServerResponse } from 'node:http';
import type { TargetOptions } from '../../operations/aws/target.ts';
import type { StreamItem } from './answers.ts';
import type { Body } from './body.ts';
import type { JobPlan, Jobs } from './jobs.ts';

/** What a request asks for. */
export interface Asked {
  readonly query: URLSearchParams;
  /** The options that choose the pipeline. */
  readonly target: TargetOptions;
  readonly isWritable: boolean;
  /** The work that goes on after its request. */
  readonly jobs: Jobs;
  /** Aborted when the browser is gone, or the console ends. */
  readonly signal: AbortSignal;
}

/** A stream that may be the continuation of an earlier one. */
export interface AskedStream extends Asked {
  /** The id of the last item that the browser got. */
  readonly lastId: string | readonly string[] | undefined;
}

/** How an address is answered. */
export type Route =
  | { readonly kind: 'page'; send(response: ServerResponse, page: { token: string; path: string }): Promise<void> }
  | { readonly kind: 'read'; read(asked: Asked): Promise<object> }
  | { readonly kind: 'change'; change(asked: Asked, body: Body): Promise<object> }
  /** A change that takes long: it is planned while the browser waits, and done afterwards. */
  | { readonly kind: 'job'; plan(asked: Asked, body: Body): Promise<JobPlan> }
  | { readonly kind: 'stream'; follow(asked: AskedStream): AsyncIterable<StreamItem> };

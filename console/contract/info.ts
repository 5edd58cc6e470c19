/**
 * `console/contract` is what the console's server and its page tell each other, as JSON. Times are milliseconds since the Unix
 * epoch.
 */

/** Which pipeline the console shows. */
export interface ConsoleInfo {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** On this machine, or on AWS. */
  readonly place: 'engine' | 'aws';
  /** The address of the engine. */
  readonly endpoint?: string;
  /** Whether the page may change something; the server refuses it otherwise. */
  readonly isWritable: boolean;
}

/** The answer where a request failed: what happened, to what, and what to do. */
export interface Refusal {
  readonly error: string;
}

import type { Deployed } from './deployed.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

/** What a check works with. */
export interface CheckProps {
  readonly deployed: Deployed;
  readonly mends: Mends;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Looks at one thing of a pipeline, or at all of one kind. */
export interface Check {
  readonly name: string;
  run(props: CheckProps): Promise<readonly Finding[]>;
}

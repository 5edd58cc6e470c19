import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';

const NAME = 'pipe';

/** A pipe as DescribePipe tells of it. */
export interface PipeFacts {
  readonly name: string;
  /** Undefined if there is no such pipe. */
  readonly state: { readonly current: string; readonly desired: string; readonly reason?: string } | undefined;
}

/** Whether new rows become events. */
export const pipeState: Check = {
  name: NAME,
  async run({ deployed, mends }) {
    const pipe = await deployed.pipe();
    const { StateReason: reason } = pipe ?? {};
    const [current, desired] = [pipe?.CurrentState || 'unknown', pipe?.DesiredState || 'unknown'];
    const state = pipe && { current, desired, ...(reason !== undefined && { reason }) };
    return [judgePipe({ name: deployed.output('PipeName'), state }, mends)];
  },
};

/**
 * Whether the reason for a pipe's state says only that somebody wanted it so: then nothing has failed. AWS writes it as
 * `USER_INITIATED` or `User initiated`, in the answers of DescribePipe that were seen.
 */
function isByUser(reason: string): boolean {
  return /^user[\s_-]*initiated\.?$/i.test(reason.trim());
}

/** Source: EventBridge Pipes API reference, DescribePipe. */
export function judgePipe({ name: subject, state }: PipeFacts, mends: Mends): Finding {
  const about = { check: NAME, subject };
  if (state === undefined) {
    return {
      ...about,
      status: 'problem',
      detail: 'there is no such pipe: no new row becomes an event',
      mend: mends.putBack(),
    };
  }
  const { current, desired } = state;
  const reason = state.reason && !isByUser(state.reason) ? state.reason : undefined;
  if (current === 'RUNNING' && desired === 'RUNNING') return { ...about, status: 'ok', detail: 'it runs' };
  const why = reason === undefined ? '' : `: ${reason}`;
  if (['CREATING', 'UPDATING', 'STARTING'].includes(current)) {
    const detail = `it does not run yet, it is ${current}${why}`;
    return { ...about, status: 'warning', detail, mend: `wait a minute, then: ${mends.pipeline('doctor')}` };
  }
  const detail = `it is ${current}${why}; new rows wait in the stream, which keeps them for 24 hours`;
  const start = mends.aws(`pipes start-pipe --name ${subject}`);
  return {
    ...about,
    status: 'problem',
    detail,
    mend: reason === undefined ? start : `mend what is said there, then: ${start}`,
  };
}

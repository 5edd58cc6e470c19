import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import type { PipeProps } from '../../../../packages/local-engine/pipes/pipe.ts';
import { lanesByKey } from '../../../../packages/local-engine/pipes/pipe-lanes.ts';
import { userOf } from './pipe.ts';

/** The lane of a user, one of `count`. */
export function laneOfUser(id: string, count: number): number {
  return lanesByKey('id')({ id: { S: id } }, count);
}

/** So many users who share a lane, by the order of their numbers. */
export function usersOfLane(lane: number, count: number, howMany: number): string[] {
  const ids = Array.from({ length: 100 + 3 * count * howMany }, (_, n) => `user-${n}`);
  return ids.filter((id) => laneOfUser(id, count) === lane).slice(0, howMany);
}

/** A bus behind pipes that are killed: it answers a turn later, and one that was killed by then gets no answer. */
export class DistantBus {
  /** What it has taken, in order. */
  readonly taken: { readonly user: string; readonly version: number }[] = [];
  /** Says, of a request, which users' events it refuses, or that it refuses the request as a whole. */
  judge: (users: readonly string[]) => readonly string[] | 'whole' = () => [];

  /** The way of one pipe to the bus. */
  wayOf(pipe: { isKilled: boolean }): PipeProps['role']['putEvents'] {
    return async (entries, settle) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (pipe.isKilled) return new Promise(() => {});
      const refused = this.judge(entries.map(userOf));
      if (refused === 'whole') throw new AwsError('InternalException', 'Try again.', 500);
      const results = entries.map((entry) => {
        if (refused.includes(userOf(entry))) return { ErrorCode: 'InternalFailure', ErrorMessage: 'Try again.' };
        this.taken.push({ user: userOf(entry), version: Number(JSON.parse(entry.Detail ?? '').version) });
        return { EventId: 'id' };
      });
      const result = { FailedEntryCount: results.filter((entry) => 'ErrorCode' in entry).length, Entries: results };
      settle(result);
      return result;
    };
  }
}

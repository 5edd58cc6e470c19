import { readUser, type UserView } from '../../../../operations/user-view/read-user.ts';
import { stateOf, type UserState } from '../../../../operations/user-view/user-state.ts';
import { serviceError } from '../../services/service-errors.ts';
import { World } from '../reconcile/world.ts';

export const BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** A world that also answers for rows and settings of buckets. */
export function world(): World {
  const w = new World();
  const ofBucket =
    (answer: object) =>
    ({ Bucket }: { Bucket: string }) => {
      if (!w.buckets.has(Bucket)) throw serviceError('NoSuchBucket', 404);
      return answer;
    };
  w.answers.GetItemCommand = ({ Key }: { Key: { userId: { S: string } } }) => ({ Item: w.rows.get(Key.userId.S) });
  w.answers.GetBucketLocationCommand = ofBucket({ LocationConstraint: 'ap-northeast-1' });
  w.answers.GetPublicAccessBlockCommand = ofBucket({ PublicAccessBlockConfiguration: BLOCKED });
  w.answers.GetBucketVersioningCommand = ofBucket({});
  for (const [command, code] of [
    ['GetBucketCorsCommand', 'NoSuchCORSConfiguration'],
    ['GetBucketPolicyCommand', 'NoSuchBucketPolicy'],
    ['GetBucketEncryptionCommand', 'NotImplemented'],
  ] as const) {
    w.answers[command] = () => {
      throw serviceError(code, 404);
    };
  }
  return w;
}

/** What is read of a user, and what that means. */
export async function look(w: World, userId: string): Promise<{ view: UserView; state: UserState }> {
  const view = await readUser(w.on, userId);
  return { view, state: stateOf(view, w.naming, (words) => `npx pipeline ${words}`) };
}

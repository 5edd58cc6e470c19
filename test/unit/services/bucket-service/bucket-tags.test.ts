import { describe, expect, it } from '@jest/globals';
import { bucketTags, tagCompletion } from '../../../../services/bucket-service/bucket-tags.ts';
import { registration } from '../registrations.ts';

const planned = bucketTags(registration());
const [app, owner, time, correlation] = planned;
const foreign = { Key: 'aws:cloudformation:stack-name', Value: 'theirs' };

describe('the completion of tags', () => {
  it.each([
    ['all of them', planned],
    ['all of them in another order, among others', [foreign, ...planned].reverse()],
    [
      'others in the place of ours',
      planned.map(({ Key, Value }) => (Key === 'app' ? { Key, Value: 'mine' } : { Key, Value })),
    ],
  ])('given %s, has nothing to do', (_case, existing) => {
    expect(tagCompletion(existing, planned)).toEqual({ kind: 'complete' });
  });

  it('adds what is missing behind what is there, which stays as it is', () => {
    const existing = [foreign, ...planned.filter((tag) => tag === app || tag === correlation)];
    const expected = [...existing, ...planned.filter((tag) => tag === owner || tag === time)];
    expect(tagCompletion(existing, planned)).toEqual({
      kind: 'incomplete',
      tags: expected,
      missing: ['userIdSha256', 'registeredAt'],
    });
  });

  it("never touches another user's bucket, however few tags it has", () => {
    const [, others] = bucketTags(registration('somebody-else'));
    expect(tagCompletion(others === undefined ? [] : [others], planned)).toEqual({ kind: 'another-users' });
  });
});

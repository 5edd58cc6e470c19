import { describe, expect, it, test } from '@jest/globals';
import { isTagged, readOurTags } from '../../../../operations/deployed/user-bucket.ts';
import { BucketInventory } from '../../../../operations/reconcile/buckets.ts';
import { bucketTags } from '../../../../services/bucket-service/bucket-tags.ts';
import { registration } from '../../services/registrations.ts';
import { World } from './world.ts';

const world = new World();
const { naming } = world;
const nameOf = (userId: string) => world.nameOf(userId);
const tagsOf = (userId: string) => readOurTags(bucketTags(registration(userId)));
const ownerOf = (userId: string) => tagsOf(userId).owner ?? '';

describe('our tags', () => {
  it('are read from among those of others', () => {
    const tags = readOurTags([{ Key: 'x', Value: 'y' }, ...bucketTags(registration('alice'))]);
    expect(tags).toEqual({ owner: ownerOf('alice'), correlationId: 'registration-of-alice', missing: [] });
    expect(isTagged(tags)).toBe(true);
  });

  it.each(['app', 'userIdSha256', 'registeredAt'])('are not complete without %s', (key) => {
    const tags = readOurTags(bucketTags(registration('alice')).filter(({ Key }) => Key !== key));
    expect(tags.missing).toEqual([key]);
    expect(isTagged(tags)).toBe(false);
  });

  it('are complete without the correlation id, which may be no legal tag', () => {
    expect(isTagged(readOurTags(bucketTags(registration('alice')).slice(0, 3)))).toBe(true);
  });
});

test('an empty correlation id is none', () => {
  const tags = bucketTags(registration('alice')).map((tag) =>
    tag.Key === 'correlationId' ? { ...tag, Value: '' } : tag,
  );
  expect(readOurTags(tags)).toMatchObject({ correlationId: undefined, missing: [] });
});

describe('the inventory of buckets', () => {
  it('takes in only names of our form, and knows tags only of those', () => {
    const inventory = new BucketInventory(naming);
    for (const name of [nameOf('alice'), 'photos', 'siu-photos']) inventory.add(name, 1);
    inventory.tag('photos', tagsOf('bob'));
    expect([...inventory.values()].map(({ name }) => name)).toEqual([nameOf('alice')]);
    expect(inventory.ownedBy(ownerOf('bob'))).toEqual([]);
  });

  it('finds the buckets of a user, also after tags were corrected, and none that is gone', () => {
    const inventory = new BucketInventory(naming);
    for (const userId of ['alice', 'bob']) inventory.add(nameOf(userId), 1);
    const namesOf = (userId: string) => inventory.ownedBy(ownerOf(userId)).map(({ name }) => name);
    inventory.tag(nameOf('alice'), tagsOf('alice'));
    inventory.tag(nameOf('bob'), tagsOf('alice'));
    expect(namesOf('alice')).toEqual([nameOf('alice'), nameOf('bob')]);
    inventory.tag(nameOf('bob'), tagsOf('bob'));
    expect([namesOf('alice'), namesOf('bob')]).toEqual([[nameOf('alice')], [nameOf('bob')]]);
    inventory.remove(nameOf('alice'));
    expect(namesOf('alice')).toEqual([]);
    expect(inventory.get(nameOf('alice'))).toBeUndefined();
    expect(inventory.size).toBe(1);
  });
});

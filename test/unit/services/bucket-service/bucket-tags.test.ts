import { describe, expect, it } from '@jest/globals';
import {
  bucketTags,
  OWN_TAG_KEYS,
  stageTagsField,
  tagCompletion,
} from '../../../../services/bucket-service/bucket-tags.ts';
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

describe('the tags of a registration', () => {
  const withCorrelation = (correlationId: string) => {
    const { metadata, data } = registration();
    return bucketTags({ metadata: { ...metadata, correlationId }, data }).map(({ Key }) => Key);
  };

  it.each(['', 'a"b', 'x'.repeat(257)])('given a correlation id that is no legal value, are without it: %j', (id) => {
    expect(withCorrelation(id)).toStrictEqual(['app', 'userIdSha256', 'registeredAt']);
  });

  it('have the hash that anyone can make of the id', () => {
    // printf %s test4 | sha256sum
    expect(owner?.Value).toBe('a4e624d686e03ed2767c0abd85c14426b0b1157d2ce81d27bb4fe4f6f01d688a');
  });
});

/** So many tags, with as short keys as possible. */
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '']));
/** One tag whose JSON has so many bytes, of several with long values. */
const ofBytes = (bytes: number) => {
  const many: Record<string, string> = Object.fromEntries(
    Array.from({ length: 7 }, (_, index) => [`k${index}`, 'x'.repeat(256)]),
  );
  const rest = bytes - Buffer.byteLength(JSON.stringify(many));
  return { ...many, k7: 'x'.repeat(rest - Buffer.byteLength(',"k7":""')) };
};

describe('the tags of a stage', () => {
  it.each([
    ['none', {}],
    ['letters, digits, spaces and signs of any script', { 'Größe 7_가 +-=._:/@': 'Ünï 42' }],
    ['an empty value', { team: '' }],
    ['a key of 128 characters', { ['k'.repeat(128)]: '' }],
    ['a value of 256 characters', { k: 'x'.repeat(256) }],
    ['as many as a bucket has room for', tags(44)],
    ['as many bytes as a function has room for', ofBytes(2048)],
    ['a key with aws inside', { 'my-aws:x': '' }],
  ])('may be %s', (_case, value) => {
    expect(stageTagsField.accepts(value)).toBe(true);
  });

  it.each([
    ['a key of 129 characters', { ['k'.repeat(129)]: '' }],
    ['a value of 257 characters', { k: 'x'.repeat(257) }],
    ['one more than a bucket has room for', tags(45)],
    ['one byte more than a function has room for', ofBytes(2049)],
    ['a key of AWS', { 'AWS:x': '' }],
    ['a key with another sign', { 'a"': '' }],
    ['a sign before a key', { '"a': '' }],
    ...OWN_TAG_KEYS.map((key) => [`our own ${key}`, { [key]: 'x' }] as const),
  ])('may not be %s', (_case, value) => {
    expect(stageTagsField.accepts(value)).toBe(false);
  });

  it('say what they may be, with the keys that are ours', () => {
    expect(OWN_TAG_KEYS).toEqual([
      ...['app', 'userIdSha256', 'registeredAt', 'correlationId', 'retiredAt', 'emptiedFrom'],
    ]);
    expect(stageTagsField.allowed).toMatch(/^an object of at most 44 tags, 2048 bytes .* digits, spaces and \+ - = /);
    expect(stageTagsField.allowed).toContain('being app, userIdSha256, registeredAt, correlationId, retiredAt');
  });
});

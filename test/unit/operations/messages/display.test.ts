import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import { alike, count, displayId, nameUsers, padToWidth } from '../../../../operations/messages/display.ts';

describe('a user id in a line of a terminal', () => {
  test.each(['test4', '김민지', 'Kim "MJ" \\ Seoul', 'e\u0301'])('is shown as it is: %s', (userId) => {
    expect(displayId(userId)).toBe(userId);
  });

  test('cannot control the terminal', () => {
    expect(displayId('a\u001b[31m\r\nb\u2028\u202e')).toBe('a\\u{1b}[31m\\u{d}\\u{a}b\\u{2028}\\u{202e}');
  });

  test('is cut to the columns that there are, and says how long it is', () => {
    expect(displayId('x'.repeat(300), 30)).toBe(`${'x'.repeat(12)}… (300 characters)`);
    expect(stringWidth(displayId('김'.repeat(100), 30))).toBeLessThanOrEqual(30);
    expect(displayId('김'.repeat(100), 30)).toBe(`${'김'.repeat(6)}… (100 characters)`);
  });
});

test('wide characters take two columns, combining ones none', () => {
  expect(padToWidth('김민지', 7)).toBe('김민지 ');
  expect(padToWidth('e\u0301', 2)).toBe('e\u0301 ');
  expect(padToWidth('김', 4)).toBe('김  ');
  expect(padToWidth('abcd', 2)).toBe('abcd');
});

test('many users are named by the first five and a number', () => {
  expect(nameUsers(['a', 'b'])).toBe('a, b');
  expect(nameUsers(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c, d, e and 1 other');
  expect(nameUsers(Array.from({ length: 1505 }, () => 'a'))).toBe('a, a, a, a, a and 1,500 others');
});

test('a number agrees with its noun', () => {
  expect([0, 1, 2000].map((number) => count(number, 'user'))).toEqual(['0 users', '1 user', '2,000 users']);
});

const denied = (action: string, bucket: string) =>
  `AccessDenied (403): User: arn:aws:sts::123456789012:assumed-role/bucket-service/x is not authorized to perform: ${action} on resource: arn:aws:s3:::${bucket}`;

test('a missing permission is the same one for every bucket that it is missing for', () => {
  const one = alike(denied('s3:CreateBucket', 'siu-alice-1714458435-123456789012-ap-northeast-1-an'));
  expect(alike(denied('s3:CreateBucket', 'siu-bob-1714458436-123456789012-ap-northeast-1-an'))).toBe(one);
  expect(alike(denied('s3:PutBucketTagging', 'siu-bob-1714458436-123456789012-ap-northeast-1-an'))).not.toBe(one);
});

test('what differs in more than whom it happened to is not alike', () => {
  expect(alike('NoSuchBucket (404): gone')).not.toBe(alike('NoSuchBucket (404): elsewhere'));
  expect(alike('of 1a2b3c4d-0000-4000-8000-000000000000')).toBe(alike('of ffffffff-0000-4000-8000-000000000001'));
});

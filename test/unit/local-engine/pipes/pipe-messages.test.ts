import { expect, test } from '@jest/globals';
import { compileInputTemplate } from '../../../../packages/local-engine/pipes/input-template.ts';
import { toEntry } from '../../../../packages/local-engine/pipes/pipe-delivery.ts';
import { makeParts } from '../support/parts.ts';
import { makeStream, user } from '../support/stream.ts';

test.each([
  { form: 'epoch seconds', at: { N: '1714458435' }, path: '$.dynamodb.NewImage.at.N', time: 1714458435 },
  {
    form: 'ISO 8601',
    at: { S: '2024-04-30T06:27:15Z' },
    path: '$.dynamodb.NewImage.at.S',
    time: '2024-04-30T06:27:15Z',
  },
  { form: 'nothing', at: { S: 'x' }, path: '$.dynamodb.NewImage.missing.S', time: undefined },
])("given a dynamic time that is $form in the record, the entry's time is $time", ({ at, path, time }) => {
  const stream = makeStream(makeParts());
  stream.append({ keys: user('a'), oldImage: undefined, newImage: { ...user('a'), at }, sizeBytes: 1 });
  const [record] = stream.read(0, 1).records;
  if (record === undefined) throw new Error('no record');
  const target = { busArn: 'bus', time: path, render: compileInputTemplate('{}') };
  expect(toEntry(record, target, {}).Time).toBe(time);
});

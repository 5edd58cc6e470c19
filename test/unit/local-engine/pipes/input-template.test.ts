import { describe, expect, test } from '@jest/globals';
import {
  compileInputTemplate,
  InvalidInputTemplateError,
  type PipeVariables,
} from '../../../../packages/local-engine/pipes/input-template.ts';
import { InvalidJsonPathError } from '../../../../packages/local-engine/pipes/json-path.ts';
import { renderInputTemplate } from '../support/input-template.ts';

const VARIABLES: PipeVariables = {
  'aws.pipes.pipe-arn': 'arn:aws:pipes:ap-northeast-1:111122223333:pipe/users',
  'aws.pipes.pipe-name': 'users',
  'aws.pipes.source-arn': 'arn:aws:dynamodb:ap-northeast-1:111122223333:table/user/stream/1',
  'aws.pipes.target-arn': 'arn:aws:events:ap-northeast-1:111122223333:event-bus/main',
  'aws.pipes.event.ingestion-time': '2024-04-30T06:27:15.000Z',
};

// The record is JSON text, as the stream delivers it: the timestamp has a fraction part that must not show.
const RECORD: unknown = JSON.parse(`{
  "eventID": "0123456789abcdef0123456789abcdef",
  "eventName": "INSERT",
  "eventVersion": "1.1",
  "eventSource": "aws:dynamodb",
  "awsRegion": "ap-northeast-1",
  "dynamodb": {
    "ApproximateCreationDateTime": 1714458435.0,
    "Keys": { "id": { "S": "test5" } },
    "NewImage": { "id": { "S": "test5" } },
    "SequenceNumber": "146700000000063054215432",
    "SizeBytes": 14,
    "StreamViewType": "NEW_AND_OLD_IMAGES"
  }
}`);

const INPUT = {
  str: 'abc',
  quote: 'say "hi"\\n',
  empty: '',
  num: 1.5,
  big: 9007199254740991,
  yes: true,
  none: null,
  obj: { k: 'v', n: [1, 'two'] },
  arr: ['a', 2],
  reference: '<$.str> <aws.pipes.pipe-name> $& $1',
  body: { key: 'value' },
};

interface Case {
  readonly when: string;
  readonly template: string;
  readonly output: string;
}

function rendersEach(cases: readonly Case[]): void {
  test.each(cases)('$when: $template', ({ template, output }) => {
    expect(renderInputTemplate(template, INPUT, VARIABLES)).toBe(output);
  });
}

describe('a placeholder in the place of a JSON value', () => {
  rendersEach([
    { when: 'a string gets quotes', template: '{"k": <$.str>}', output: '{"k": "abc"}' },
    { when: 'a string is escaped', template: '{"k": <$.quote>}', output: '{"k": "say \\"hi\\"\\\\n"}' },
    { when: 'an empty string stays one', template: '{"k": <$.empty>}', output: '{"k": ""}' },
    { when: 'a number is raw', template: '{"k": <$.num>}', output: '{"k": 1.5}' },
    { when: 'a large integer keeps its value', template: '{"k":<$.big>}', output: '{"k":9007199254740991}' },
    { when: 'a boolean is raw', template: '{"k": <$.yes>}', output: '{"k": true}' },
    { when: 'null is raw', template: '{"k": <$.none>}', output: '{"k": null}' },
    { when: 'an object is raw', template: '{"k": <$.obj>}', output: '{"k": {"k":"v","n":[1,"two"]}}' },
    { when: 'an array is raw', template: '{"k": <$.arr>}', output: '{"k": ["a",2]}' },
    { when: 'an array element', template: '{"k": <$.obj.n[1]>}', output: '{"k": "two"}' },
    { when: 'a wildcard', template: '{"k": <$.obj.n[*]>}', output: '{"k": [1,"two"]}' },
    { when: 'a missing path keeps the key', template: '{"k": <$.no.such[0]>}', output: '{"k": ""}' },
    { when: 'in a template array', template: ' [ 9, <$.str>, true ]', output: ' [ 9, "abc", true ]' },
    { when: 'after a string with an escaped quote', template: '{"a\\"": <$.str>}', output: '{"a\\"": "abc"}' },
    { when: 'after a string ending in a backslash', template: '{"a\\\\": <$.str>}', output: '{"a\\\\": "abc"}' },
    { when: 'side by side', template: '{"a":<$.num>,"b":<$.str>}', output: '{"a":1.5,"b":"abc"}' },
  ]);
});

describe('a placeholder inside a string', () => {
  rendersEach([
    { when: 'a string alone is not quoted twice', template: '{"k": "<$.str>"}', output: '{"k": "abc"}' },
    { when: 'a string alone is not escaped', template: '{"k": "<$.quote>"}', output: '{"k": "say "hi"\\n"}' },
    { when: 'a string among text', template: '{"k": "x-<$.str>-y"}', output: '{"k": "x-abc-y"}' },
    { when: 'a string among text is not escaped', template: '{"k":"x-<$.quote>"}', output: '{"k":"x-say "hi"\\n"}' },
    { when: 'a number', template: '{"k": "n=<$.num>"}', output: '{"k": "n=1.5"}' },
    { when: 'null', template: '{"k": "<$.none>"}', output: '{"k": "null"}' },
    { when: 'an object loses its quotes', template: '{"k": "<$.obj>"}', output: '{"k": "{k:v,n:[1,two]}"}' },
    { when: 'an array loses its quotes', template: '{"k": "is <$.arr>"}', output: '{"k": "is [a,2]"}' },
    { when: 'a missing path leaves nothing', template: '{"k": "x-<$.no>-y"}', output: '{"k": "x--y"}' },
    { when: 'between escaped quotes', template: '{"k": "a \\"<$.str>\\" b"}', output: '{"k": "a \\"abc\\" b"}' },
    { when: 'after a backslash', template: '{"k": "\\<$.str>"}', output: '{"k": "\\abc"}' },
    { when: 'a template that is a JSON string', template: '"Hello, <$.str>"', output: '"Hello, abc"' },
    { when: 'as a key', template: '{"<$.str>": <$.str>}', output: '{"abc": "abc"}' },
  ]);
});

describe('a template that is free text', () => {
  rendersEach([
    { when: 'a constant', template: 'Hello, sender', output: 'Hello, sender' },
    { when: 'text containing paths', template: 'Hello, <$.str> and <$.num>!', output: 'Hello, abc and 1.5!' },
    { when: 'text with a quote before the path', template: 'say "<$.str>" <$.str>', output: 'say "abc" abc' },
    { when: 'a path alone to a string', template: '<$.str>', output: 'abc' },
    { when: 'a path alone to JSON is no longer JSON', template: '<$.body>', output: '{key:value}' },
    { when: 'the same path wrapped', template: '{"data": <$.body>}', output: '{"data": {"key":"value"}}' },
    { when: 'a missing path', template: 'x<$.no>y', output: 'xy' },
  ]);
});

describe('a constant template', () => {
  rendersEach([
    { when: 'JSON', template: '{ "a": [1, 2.0], "b": "c" }', output: '{ "a": [1, 2.0], "b": "c" }' },
    { when: 'invalid JSON is passed on as it is', template: '{"a": 1,}', output: '{"a": 1,}' },
  ]);

  test('given an empty template, which removes it, the record itself is the target input', () => {
    expect(renderInputTemplate('', INPUT, VARIABLES)).toBe(JSON.stringify(INPUT));
  });
});

describe('a < that opens no placeholder', () => {
  rendersEach([
    { when: 'a comparison', template: '{"k": "1 < 2", "s": <$.str>}', output: '{"k": "1 < 2", "s": "abc"}' },
    { when: 'markup', template: '{"k": "<b><$.str></b>"}', output: '{"k": "<b>abc</b>"}' },
    { when: 'before a placeholder', template: '{"k": "<<$.str>>"}', output: '{"k": "<abc>"}' },
    { when: 'unclosed', template: '{"k": "<$.str"}', output: '{"k": "<$.str"}' },
    { when: 'unclosed before a placeholder', template: '{"k": "<$ <$.str>"}', output: '{"k": "<$ abc"}' },
    { when: 'a space inside', template: '{"k": "< $.str>"}', output: '{"k": "< $.str>"}' },
    { when: 'quotes inside still count', template: '{"k": "a <b", "c": <$.str>}', output: '{"k": "a <b", "c": "abc"}' },
  ]);
});

describe('an inserted value that looks like a template', () => {
  rendersEach([
    {
      when: 'is not rendered again',
      template: '{"a": <$.reference>, "b": "<$.reference>"}',
      output: '{"a": "<$.str> <aws.pipes.pipe-name> $& $1", "b": "<$.str> <aws.pipes.pipe-name> $& $1"}',
    },
  ]);
});

describe('reserved variables', () => {
  rendersEach([
    { when: 'unquoted', template: '{"p": <aws.pipes.pipe-name>}', output: '{"p": "users"}' },
    {
      when: 'inside a string',
      template: '{"p": "<aws.pipes.pipe-name> at <aws.pipes.event.ingestion-time>"}',
      output: '{"p": "users at 2024-04-30T06:27:15.000Z"}',
    },
    { when: 'a pipe without enrichment', template: '{"e": <aws.pipes.enrichment-arn>}', output: '{"e": ""}' },
  ]);

  test.each(['aws.pipes.event', 'aws.pipes.event.json'])('<%s> is the record when the caller gives none', (name) => {
    expect(renderInputTemplate(`{"original": <${name}>}`, INPUT, VARIABLES)).toBe(
      `{"original": ${JSON.stringify(INPUT)}}`,
    );
  });

  test.each(['aws.pipes.event', 'aws.pipes.event.json'])('<%s> is what the caller gives', (name) => {
    expect(renderInputTemplate(`{"original": <${name}>}`, INPUT, { [name]: 'text' })).toBe('{"original": "text"}');
  });

  test.each(['aws.pipes.nonsense', 'aws.pipes.', 'aws.pipes.event.body', 'aws.events.rule-name'])(
    'given the unknown <%s>, the template is refused before any record, even where a value is at hand',
    (name) => {
      expect(() => compileInputTemplate(`{"k": <${name}>}`)).toThrow(InvalidInputTemplateError);
      expect(() => renderInputTemplate(`{"k": "<${name}>"}`, INPUT, { [name]: 'x' })).toThrow(`<${name}>`);
    },
  );
});

describe('an invalid template', () => {
  test.each(['<$..id>', '<$.a b>', "<$['id']>", '<$x>', '<$.id >', '<$.>', '<$[?(@.id)]>'])(
    'given the unsupported path %s, it is refused with the path error as cause',
    (placeholder) => {
      const compile = () => compileInputTemplate(`{"k": ${placeholder}}`);
      expect(compile).toThrow(InvalidInputTemplateError);
      expect(compile).toThrow(expect.objectContaining({ cause: expect.any(InvalidJsonPathError) }));
    },
  );

  test('given 8,192 characters it is accepted, given one more it is refused', () => {
    const longest = `{"k":"${'a'.repeat(8184)}"}`;
    expect(longest).toHaveLength(8192);
    expect(renderInputTemplate(longest, INPUT, VARIABLES)).toBe(longest);
    expect(() => compileInputTemplate(`${longest} `)).toThrow('at most 8192 characters, got 8193');
  });

  test('given characters outside the basic plane, each counts once', () => {
    expect(() => compileInputTemplate('😀'.repeat(8192))).not.toThrow();
    expect(() => compileInputTemplate('😀'.repeat(8193))).toThrow(InvalidInputTemplateError);
  });
});

describe('a real stream record', () => {
  const TEMPLATE = [
    '{"metadata": {"schemaVersion": 1, "eventId": <$.eventID>, "correlationId": <$.eventID>},',
    ' "data": {"userId": <$.dynamodb.NewImage.id.S>,',
    ' "registeredAt": <$.dynamodb.ApproximateCreationDateTime>}}',
  ].join('\n');

  test('given the template of a registration, the event is complete and typed', () => {
    expect(JSON.parse(renderInputTemplate(TEMPLATE, RECORD, VARIABLES))).toEqual({
      metadata: {
        schemaVersion: 1,
        eventId: '0123456789abcdef0123456789abcdef',
        correlationId: '0123456789abcdef0123456789abcdef',
      },
      data: { userId: 'test5', registeredAt: 1714458435 },
    });
  });

  test('numbers stay numbers and numeric strings stay strings', () => {
    const template =
      '{"at": <$.dynamodb.ApproximateCreationDateTime>, "size": <$.dynamodb.SizeBytes>, "seq": <$.dynamodb.SequenceNumber>}';
    expect(renderInputTemplate(template, RECORD, VARIABLES)).toBe(
      '{"at": 1714458435, "size": 14, "seq": "146700000000063054215432"}',
    );
  });

  test('given a REMOVE without NewImage, the key stays with an empty string', () => {
    const removal = { eventID: 'e1', dynamodb: { Keys: { id: { S: 'test5' } } } };
    expect(renderInputTemplate('{"userId": <$.dynamodb.NewImage.id.S>}', removal, VARIABLES)).toBe('{"userId": ""}');
  });

  test('one compiled template renders record after record', () => {
    const render = compileInputTemplate('{"userId": <$.dynamodb.Keys.id.S>}');
    const record = (id: string) => ({ dynamodb: { Keys: { id: { S: id } } } });
    expect(['test4', 'test5', 'test4'].map((id) => render(record(id), {}))).toEqual([
      '{"userId": "test4"}',
      '{"userId": "test5"}',
      '{"userId": "test4"}',
    ]);
  });
});

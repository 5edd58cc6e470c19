import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { chooseTarget, DEFAULT_PORT, DEFAULT_REGION, shellWord } from '../../../../operations/aws/target.ts';
import * as engine from '../../../../packages/local-engine/index.ts';

test.each([
  ['nothing said', {}, {}, { endpoint: 'http://127.0.0.1:4566', region: 'ap-northeast-1' }],
  ['a port', { port: 5000 }, {}, { endpoint: 'http://127.0.0.1:5000', region: 'ap-northeast-1' }],
  [
    'AWS_ENDPOINT_URL and AWS_REGION',
    {},
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:7', AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' },
    { endpoint: 'http://127.0.0.1:7', region: 'eu-west-1' },
  ],
  [
    'a port, whatever the environment says',
    { port: 5000 },
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:7', AWS_DEFAULT_REGION: 'us-east-1' },
    { endpoint: 'http://127.0.0.1:5000', region: 'us-east-1' },
  ],
  ['a stack by PIPELINE_STACK', {}, { PIPELINE_STACK: 'mine' }, { stackName: 'mine' }],
  ['a stack, whatever PIPELINE_STACK says', { stack: 'mine' }, { PIPELINE_STACK: 'yours' }, { stackName: 'mine' }],
  [
    'a port, whatever PIPELINE_STACK says',
    { port: 5000 },
    { PIPELINE_STACK: 'yours' },
    { endpoint: 'http://127.0.0.1:5000', region: 'ap-northeast-1' },
  ],
  [
    'an empty PIPELINE_STACK',
    {},
    { PIPELINE_STACK: '' },
    { endpoint: 'http://127.0.0.1:4566', region: 'ap-northeast-1' },
  ],
  ['a stack', { stack: 'mine' }, { AWS_ENDPOINT_URL: 'http://127.0.0.1:7' }, { stackName: 'mine' }],
])('commands go to the local engine, or to the stack that is named: %s', (_, options, env, target) => {
  expect(chooseTarget(options, env)).toEqual(target);
});

test('given --stack with an empty text, as of a variable that is not set, it does not go to the local engine', () => {
  expect(() => chooseTarget({ stack: '' }, {})).toThrow('--stack is empty');
});

test.each(['127.0.0.1:4566', 'bogus', 'localhost:4566'])(
  'given AWS_ENDPOINT_URL=%s, which is no URL, it is refused',
  (url) => {
    expect(() => chooseTarget({}, { AWS_ENDPOINT_URL: url })).toThrow(
      /AWS_ENDPOINT_URL must be a URL such as .*4566; got/,
    );
  },
);

test('the local defaults are those of the engine, which knows nothing of this project', () => {
  expect([DEFAULT_PORT, DEFAULT_REGION]).toEqual([engine.DEFAULT_PORT, engine.DEFAULT_REGION]);
});

test.each(['alice', 'min.ji@example.com', 'Kim "MJ" \\ Seoul', "it's", '$(date) `date`', '김민지', 'a\nb', '*'])(
  'given the id %j, a shell reads it as one word, unchanged',
  (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);

import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from '@jest/globals';
import type { Clock } from '../../../../packages/local-engine/core/clock.ts';
import { startProcess } from '../../../../packages/local-engine/lambda/index.ts';
import { type FunctionProps, LambdaFunction } from '../../../../packages/local-engine/lambda/lambda-function.ts';
import { makeParts, type Parts } from './parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'lambda-'));
const started: LambdaFunction[] = [];
let written = 0;

afterEach(async () => {
  await Promise.all(started.splice(0).map((fn) => fn.kill()));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file with the text of a module. */
export function codeFile(module: string): string {
  const file = join(folder, `handler-${++written}.mjs`);
  writeFileSync(file, module);
  return file;
}

/** A function whose module is this text, and which is killed after the test. */
export function makeFunction(
  module: string,
  more: Partial<FunctionProps> = {},
): Parts & { fn: LambdaFunction; props: FunctionProps; logged: readonly string[] } {
  const parts = makeParts();
  const logged: string[] = [];
  const props = {
    file: codeFile(module),
    exportName: 'handler',
    functionName: 'service',
    functionArn: 'arn:aws:lambda:ap-northeast-1:111122223333:function:service',
    roleArn: 'arn:aws:iam::111122223333:role/service',
    memoryMb: 128,
    logGroup: '/aws/lambda/service',
    variables: {},
    timeoutMs: 10_000,
    mostEnvironments: 2,
    startEnvironment: startProcess,
    clock: parts.clock as Clock,
    journal: parts.journal,
    log: (line: string) => {
      logged.push(line);
      return true;
    },
    ...more,
  };
  const fn = new LambdaFunction(props);
  started.push(fn);
  return { ...parts, fn, props, logged };
}

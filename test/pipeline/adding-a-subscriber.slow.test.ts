import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SUBSCRIBER_ACCESS, SUBSCRIPTION_DEFAULTS } from '../../services/shared/subscription.ts';
import { difference, type PageStep, patternOf, stepsOf } from '../support/docs-page.ts';
import { ProjectCopy } from '../support/project-copy.ts';
import type { RunningCommand } from '../support/running-command.ts';

const PAGE = 'docs/adding-a-subscriber.md';

/** Nothing that npm has to say of this machine's own settings. */
const NPM = { npm_config_userconfig: '/dev/null', npm_config_update_notifier: 'false' };

let copy: ProjectCopy;
/** The terminal of the command that stays up. */
let terminal: RunningCommand | undefined;
let endpoint = '';

beforeAll(async () => {
  copy = await ProjectCopy.create({
    // Whoever follows the page here has them already.
    without: ['services/welcome-file', 'test/unit/services/welcome-file', 'test/pipeline/welcome-file.test.ts'],
  });
});

afterAll(async () => {
  await terminal?.stop();
  await copy.remove();
});

test('given a copy of the project, when the page is followed, then all goes as it says', async () => {
  const steps = stepsOf(await readFile(join(import.meta.dirname, '../..', PAGE), 'utf8'));
  expect(steps.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['command', 'file', 'shown']));
  for (const step of steps) {
    await follow(step).catch((error: Error) => {
      throw new Error(`${PAGE}:${step.line}: ${error.message}`);
    });
  }
});

test('the page tells every access and every default as the code has them', async () => {
  const rows = (await readFile(join(import.meta.dirname, '../..', PAGE), 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  for (const [access, allows] of Object.entries(SUBSCRIBER_ACCESS)) {
    expect(rows).toContainEqual(['', `\`${access}\``, allows, expect.any(String), '']);
  }
  for (const [field, value] of Object.entries(SUBSCRIPTION_DEFAULTS)) {
    const written = JSON.stringify(value).replaceAll('"', "'");
    expect(rows).toContainEqual(['', `\`${field}\``, `\`${written}\``, expect.any(String), expect.any(String), '']);
  }
});

async function follow(step: PageStep): Promise<void> {
  if (step.kind === 'file') return copy.write(step.path, step.text);
  if (step.kind === 'shown') return seeLines(step.output);
  if (step.command.startsWith('npx pipeline dev')) {
    terminal = copy.start('sh', ['-c', `${step.command} --port 0`]);
    [, endpoint = ''] = await terminal.shows(/ runs at (\S+) /);
    return seeLines(step.output ?? '');
  }
  const { code, stdout, stderr } = await copy.run('sh', ['-c', step.command], {
    env: { ...NPM, AWS_ENDPOINT_URL: endpoint },
  });
  const output = stdout + stderr;
  if (code !== 0) throw new Error(`exit code ${code}:\n${output}`);
  const problem = difference(step.output ?? '', output);
  if (problem !== undefined) throw new Error(problem);
}

/** Waits until the lines stand in the terminal, in this order. */
async function seeLines(text: string): Promise<void> {
  if (terminal === undefined) throw new Error('nothing runs that could show this');
  for (const line of text.trimEnd().split('\n')) if (line !== '…') await terminal.shows(patternOf(line));
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const workflow = read('.github/workflows/pipeline.yml');
const [beforeJobs = '', jobs = ''] = workflow.split(/^jobs:$/m);
const [testJob = '', deployJob = ''] = jobs.split(/^ {2}deploy:$/m);

describe('the GitHub workflow', () => {
  test('tests what is pushed to main and every pull request, as somebody who may only read', () => {
    expect(beforeJobs).toMatch(/^on:\n {2}pull_request:\n {2}push:\n {4}branches: \[main\]$/m);
    expect(beforeJobs).toMatch(/^permissions:\n {2}contents: read$/m);
    expect(testJob).toContain('run: .ci/run');
    expect(testJob).not.toMatch(/permissions:|id-token|configure-aws-credentials/);
  });

  // With `pull_request_target`, code of a stranger would run with what main may do.
  test('never runs the code of a pull request with more than that', () => {
    expect(workflow).not.toContain('pull_request_target');
    expect(workflow.match(/: write\b/g)).toEqual([': write']);
    expect(workflow.match(/persist-credentials: false/g)).toHaveLength(
      workflow.match(/actions\/checkout/g)?.length ?? 0,
    );
  });

  test('deploys after the tests, from a push to main alone, by a token of GitHub’s, one at a time', () => {
    expect(deployJob).toContain('needs: test');
    expect(deployJob).toContain("if: github.event_name == 'push' && github.ref == 'refs/heads/main' && ");
    expect(deployJob).toMatch(/permissions:\n {6}contents: read\n {6}id-token: write/);
    expect(deployJob).toMatch(/concurrency:\n {6}group: deploy-dev\n {6}cancel-in-progress: false/);
    expect(deployJob).toContain('run: npm run deploy -- --stage dev --yes');
  });

  test('reads no secret, and only variables that the page on deploying names', () => {
    expect(workflow).not.toContain('secrets.');
    const variables = new Set([...workflow.matchAll(/vars\.(\w+)/g)].map(([, name]) => name));
    expect(variables.size).toBeGreaterThan(0);
    for (const name of variables) expect(read('docs/deploying.md')).toContain(`\`${name}\``);
  });
});

describe.each(readdirSync(join(ROOT, '.github', 'workflows')))('the workflow %s', (file) => {
  const text = read(join('.github', 'workflows', file));

  test('names every action by its commit, and its version beside it', () => {
    const actions = text.match(/uses: .*/g) ?? [];
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('may only read unless a job asks for more, and leaves no credentials to what it runs', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    expect(text).not.toContain('pull_request_target');
    expect(text.match(/persist-credentials: false/g)).toHaveLength(text.match(/actions\/checkout/g)?.length ?? 0);
  });
});

test('the audit asks the registry about vulnerabilities and signatures, every week and with each change of the lock file', () => {
  const audit = read('.github/workflows/audit.yml');
  expect(audit).toMatch(/schedule:\n {4}- cron: ['"]\d+ \d+ \* \* \d['"]/);
  expect(audit.match(/paths: \[package-lock\.json, /g)).toHaveLength(2);
  for (const asked of [
    'npm audit signatures',
    'npm audit --omit=dev --audit-level=moderate',
    'npm ci --ignore-scripts',
  ]) {
    expect(audit).toContain(`- run: ${asked}`);
  }
  expect(audit).not.toContain(': write');
});

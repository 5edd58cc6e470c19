import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pipeline as run } from '../support/cli.ts';
import { Pipeline } from '../support/pipeline.ts';

const USERS = ['alice', 'ben', 'dora'];

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await Pipeline.startUndisturbed();
  for (const [index, user] of USERS.entries()) {
    await pipeline.register(user);
    await pipeline.recorded(user);
    // What a function measured it writes when it ends; two handle each registration.
    const isMeasured = ({ hop, line }: { hop: string; line?: unknown }) =>
      hop === 'log' && String(line).includes('"EventsHandled"');
    await pipeline.waitFor('metrics of both services', isMeasured, 2 * (index + 1));
  }
});
afterAll(() => pipeline.stop());

const metrics = (...more: string[]) => run(['metrics', '--port', pipeline.port, ...more]);

/** What the tests read of the answer for machines. */
interface Answer {
  readonly graphs: readonly {
    readonly title: string;
    readonly metrics: readonly {
      readonly label: string;
      readonly namespace: string;
      readonly name: string;
      readonly whole: number | null;
    }[];
  }[];
}

test('given registrations, the numbers are those that pipe and rules counted and functions emitted', async () => {
  const { exitCode, stdout, stderr } = await metrics('--json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const { graphs }: Answer = JSON.parse(stdout);
  const values = (title: string) => {
    const graph = graphs.find((each) => each.title === title);
    return Object.fromEntries(graph?.metrics.map(({ label, whole }) => [label, whole]) ?? []);
  };
  expect(values('Registrations')).toEqual({ 'taken from the stream': 3 });
  expect(values('Pipe failures')).toMatchObject({ ExecutionFailed: 0 });
  expect(values('Events by type')).toEqual({ UserRegistered: 3, BucketCreated: 3 });
  expect(values('Events handled')).toMatchObject({ 'bucket-service': 3, 'uri-recorder': 3 });
  expect(values('Errors and throttles')).toMatchObject({ 'bucket-service errors': 0, 'uri-recorder throttles': 0 });
  expect(values('Dead letters')).toMatchObject({ pipe: 0, 'bucket-service': 0, 'uri-recorder': 0 });
  const waits = values('From registration to URI');
  expect(waits.p50).toBeGreaterThan(0);
  expect(waits.p99).toBeGreaterThanOrEqual(waits.p50 ?? Number.NaN);
});

test('every metric that is printed stands on the dashboard, and every one of the dashboard is printed, in its order', async () => {
  const [body = '{}'] = pipeline.engine.services.dashboards.values();
  const { widgets }: { widgets: { type: string; properties: { title: string; metrics: unknown[][] } }[] } =
    JSON.parse(body);
  const drawn = widgets
    .filter(({ type }) => type === 'metric')
    .map(({ properties: { title, metrics: lines } }) => [title, lines.map(([namespace, name]) => [namespace, name])]);
  const { graphs }: Answer = JSON.parse((await metrics('--json')).stdout);
  expect(
    graphs.map(({ title, metrics: told }) => [title, told.map(({ namespace, name }) => [namespace, name])]),
  ).toEqual(drawn);

  const text = (await metrics('--since', '2h')).stdout;
  const headings = text.split('\n').filter((line) => /^[A-Z]/.test(line));
  expect(headings.map((heading) => heading.split(/[,:]/)[0])).toEqual([...drawn.map(([title]) => title), 'Alarms']);
});

test('every alarm of the stack is there', async () => {
  const { alarms }: { alarms: { problem: string; state: string }[] } = JSON.parse((await metrics('--json')).stdout);
  const made = pipeline.engine.stacks.flatMap(({ resources }) =>
    resources.filter(({ type }) => type === 'AWS::CloudWatch::Alarm'),
  );
  expect(alarms).toHaveLength(made.length);
  expect(alarms.find(({ problem }) => problem === 'uri-recorder: the dead-letter queue holds messages')).toMatchObject({
    state: 'OK',
    command: 'dlq show --subscriber uri-recorder',
    entry: '3-a-subscriber-was-broken-for-an-hour',
  });
});

test('given a time that is still to come or none, it is refused as wrong usage', async () => {
  for (const [since, told] of [
    ['now', '--since must be before now; got now'],
    ['soon', '--since must be now, an age'],
  ]) {
    const { exitCode, stderr } = await metrics('--since', since ?? '');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(told);
  }
});

import { describe, expect, test } from '@jest/globals';
import { resolveIntrinsics } from '../../packages/local-engine/cloudformation/template/intrinsics.ts';
import { foundSubscriber, type StackOptions, synthesize } from './support/synthesize.ts';
import { resource } from './support/template.ts';

/** A graph: its title, and of each line the namespace, name, dimensions and how it is drawn. */
interface Graph {
  readonly title: string;
  readonly metrics: readonly (readonly unknown[])[];
  readonly annotations?: object;
}

interface Dashboard {
  readonly widgets: readonly { readonly type: string; readonly properties: Graph & { readonly alarms?: string[] } }[];
}

/** The dashboard as it is on AWS, with names instead of what the template refers to. */
function dashboard(options: StackOptions = {}) {
  const template = synthesize(options);
  const named = (name: string) => name.replace(/[0-9A-F]{8}$/, '');
  const references = {
    ref: named,
    attribute: (id: string, attribute: string) =>
      id.includes('Rule') ? `arn:rule/bus/${named(id)}` : `${named(id)}.${attribute}`,
  };
  const [, { Properties }] = resource(template, 'AWS::CloudWatch::Dashboard');
  const { DashboardBody, DashboardName } = resolveIntrinsics(Properties, references, 'Dashboard') as Record<
    string,
    string
  >;
  const { widgets }: Dashboard = JSON.parse(DashboardBody ?? '');
  const graphs = widgets.filter(({ type }) => type === 'metric').map(({ properties }) => properties);
  const lines = (title: string) => graphs.find((graph) => graph.title === title)?.metrics ?? [];
  return { template, DashboardName, widgets, graphs, lines };
}

describe('the dashboard', () => {
  test('reads as an event goes, from left to right', () => {
    expect(dashboard().graphs.map(({ title }) => title)).toEqual([
      'Registrations',
      'Pipe failures',
      'Events by type',
      'Events handled',
      'Age of the oldest event that waits',
      'Errors and throttles',
      'Dead letters',
      'From registration to URI',
    ]);
  });

  test('has the name of its stack and Region, since those of an account are the same everywhere', () => {
    expect(dashboard().DashboardName).toBe('AWS::StackName-AWS::Region');
  });

  test('given one more subscriber, it has that one too', () => {
    const subscribers = [foundSubscriber('audit'), foundSubscriber('welcome-note', { event: 'BucketCreated' })];
    const { lines } = dashboard({ subscribers });
    expect(lines('Events handled')).toEqual(
      ['audit', 'welcome-note'].map((service) => [
        'UserBucketPipeline/Pipeline',
        'EventsHandled',
        'service',
        service,
        { label: service, stat: 'Sum' },
      ]),
    );
    const labels = (title: string) => lines(title).map((line) => (line.at(-1) as { label: string }).label);
    expect(labels('Age of the oldest event that waits')).toEqual(['audit', 'welcome-note']);
    expect(labels('Dead letters')).toEqual(['pipe', 'audit', 'welcome-note']);
    expect(labels('Errors and throttles')).toEqual([
      'audit errors',
      'welcome-note errors',
      'audit throttles',
      'welcome-note throttles',
    ]);
  });

  test('given a pipe of deletions, it has both, each by its name', () => {
    const pipesIn = (title: string, graphs: ReturnType<typeof dashboard>) =>
      Object.groupBy(
        graphs.lines(title).map((line) => [line[3], (line.at(-1) as { label: string }).label] as const),
        ([pipe]) => String(pipe),
      );
    const leaving = dashboard({ settings: { whenUserLeaves: 'keep' } });
    const [usual, deletions] = ['RegistrationPipe', 'RegistrationPipeDeletionsPipe'];
    expect(pipesIn('Registrations and deletions', leaving)).toEqual({
      [usual]: [[usual, 'taken from the stream']],
      [deletions]: [[deletions, 'of deleted rows']],
    });
    const failures = pipesIn('Pipe failures', leaving);
    expect(failures[usual]).toHaveLength(4);
    expect(failures[deletions]?.map(([, label]) => label)).toContain('ExecutionFailed of deletions');
    expect(Object.keys(pipesIn('Pipe failures', dashboard()))).toEqual([usual]);
  });

  test('counts each type of event once, at a rule that all its versions pass', () => {
    const subscribers = [
      foundSubscriber('narrow', { schemaVersion: 1 }),
      foundSubscriber('wide'),
      foundSubscriber('wider'),
      foundSubscriber('welcome-note', { event: 'BucketCreated' }),
    ];
    const count = (label: string, rule: string) => [
      'AWS/Events',
      'Invocations',
      'EventBusName',
      'bus',
      'RuleName',
      rule,
      { label, stat: 'Sum' },
    ];
    expect(dashboard({ subscribers }).lines('Events by type')).toEqual([
      count('UserRegistered', 'WideRule'),
      count('BucketCreated', 'WelcomeNoteRule'),
    ]);
  });

  test('shows the time to the URI against the service level of the stage', () => {
    const { graphs } = dashboard({ settings: { serviceLevelSeconds: 6 } });
    expect(graphs.at(-1)).toMatchObject({
      metrics: ['p50', 'p99'].map((stat) => [
        'UserBucketPipeline/Pipeline',
        'RegistrationToUri',
        'service',
        'uri-recorder',
        { label: stat, stat },
      ]),
      annotations: { horizontal: [{ value: 6000 }] },
    });
  });

  test('shows every alarm, a hundred in one widget at most', () => {
    const many = Array.from({ length: 30 }, (_, index) => foundSubscriber(`audit-n${index}`));
    const { template, widgets } = dashboard({ subscribers: many });
    const shown = widgets.filter(({ type }) => type === 'alarm').map(({ properties }) => properties.alarms ?? []);
    expect(shown.flat()).toHaveLength(Object.keys(template.findResources('AWS::CloudWatch::Alarm')).length);
    expect(Math.max(...shown.map((alarms) => alarms.length))).toBe(100);
  });
});

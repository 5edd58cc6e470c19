import { expect, test } from '@jest/globals';
import { metricsText } from '../../../../cli/commands/metrics/metrics.ts';

const WINDOW = { from: Date.parse('2026-11-26T10:00Z'), to: Date.parse('2026-11-26T11:00Z') };

test('the text has a heading for each graph, and the numbers of all below each other; then the alarms', () => {
  const metric = { namespace: 'N', name: 'M', dimensions: {}, periodSeconds: 300, latestAt: null, points: [] };
  const graphs = [
    {
      title: 'Registrations',
      unit: '',
      limits: [],
      thresholds: [],
      metrics: [{ ...metric, label: 'taken', statistic: 'Sum', whole: 12_000, latest: 3 }],
    },
    {
      title: 'From registration to URI',
      unit: 'ms',
      limits: [{ label: 'service level', value: 5000 }],
      thresholds: [],
      metrics: [
        { ...metric, label: 'p50', statistic: 'p50', whole: 900.25, latest: 800 },
        { ...metric, label: 'p99', statistic: 'p99', whole: null, latest: null },
      ],
    },
  ];
  const alarms = [
    {
      name: 'a',
      state: 'ALARM',
      since: WINDOW.from,
      reason: 'r',
      problem: 'audit fails',
      command: 'dlq list',
      entry: '3-b',
    },
    { name: 'b', state: 'INSUFFICIENT_DATA', reason: 'no metric math', problem: 'it waits' },
    { name: 'c', state: 'OK', reason: 'r', problem: 'it is slow' },
  ] as const;
  const found = { dashboard: 'my-stack-eu-west-1', window: WINDOW, graphs, alarms };
  expect(metricsText(found, (words) => `npx pipeline ${words} --stack my-stack`)).toBe(
    [
      'my-stack-eu-west-1: 2026-11-26T10:00:00Z to 2026-11-26T11:00:00Z',
      '',
      'Registrations',
      '  taken          12,000  in all   latest 3',
      '',
      'From registration to URI, ms',
      '  p50            900.3   at most  latest 800',
      '  p99            –       at most  latest –',
      '  service level  5,000   allowed',
      '',
      'Alarms: 1 of 3 alarms OK',
      '  ALARM since 2026-11-26T10:00:00Z  audit fails',
      '  → npx pipeline dlq list --stack my-stack, and docs/runbook.md#3-b',
      '  INSUFFICIENT_DATA  it waits: no metric math',
      '',
    ].join('\n'),
  );
});

test('given alarms that may not be read, it says so', () => {
  const found = {
    dashboard: 'd',
    window: WINDOW,
    graphs: [],
    alarms: [],
    alarmsProblem: 'the alarms could not be read: no',
  };
  expect(metricsText(found, String)).toContain('Alarms: the alarms could not be read: no\n');
});

import { expect, test } from '@jest/globals';
import { metricsText } from '../../../../cli/commands/metrics/metrics.ts';

const WINDOW = { from: Date.parse('2026-11-26T10:00Z'), to: Date.parse('2026-11-26T11:00Z') };

test('the text has a heading for each graph, and the numbers of all below each other', () => {
  const metric = { namespace: 'N', name: 'M', dimensions: {}, periodSeconds: 300, latestAt: null };
  const graphs = [
    {
      title: 'Registrations',
      unit: '',
      limits: [],
      metrics: [{ ...metric, label: 'taken', statistic: 'Sum', whole: 12_000, latest: 3 }],
    },
    {
      title: 'From registration to URI',
      unit: 'ms',
      limits: [{ label: 'service level', value: 5000 }],
      metrics: [
        { ...metric, label: 'p50', statistic: 'p50', whole: 900.25, latest: 800 },
        { ...metric, label: 'p99', statistic: 'p99', whole: null, latest: null },
      ],
    },
  ];
  expect(metricsText({ dashboard: 'my-stack-eu-west-1', window: WINDOW, graphs })).toBe(
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
    ].join('\n'),
  );
});

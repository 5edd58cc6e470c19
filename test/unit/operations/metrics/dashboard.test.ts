import { describe, expect, test } from '@jest/globals';
import { readGraphs } from '../../../../operations/metrics/dashboard.ts';

/** A dashboard with one graph. */
const bodyOf = (properties: object) => JSON.stringify({ widgets: [{ type: 'metric', properties }] });

describe('the graphs of a dashboard', () => {
  test('are those of its metric widgets, each with its lines, in their order', () => {
    const line = [
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      'QueueName',
      'dead',
      { label: 'audit', stat: 'Maximum' },
    ];
    const properties = {
      title: 'Dead letters',
      yAxis: { left: { label: 'messages' } },
      annotations: { horizontal: [{ label: 'service level', value: 5 }] },
      metrics: [line, ['Ours', 'Handled', 'service', 'audit', 'kind', 'x', { stat: 'p99', period: 60 }]],
    };
    const body = {
      widgets: [
        { type: 'alarm', properties: { alarms: [] } },
        { type: 'metric', properties },
      ],
    };
    expect(readGraphs(JSON.stringify(body))).toEqual([
      {
        title: 'Dead letters',
        unit: 'messages',
        limits: [{ label: 'service level', value: 5 }],
        metrics: [
          {
            label: 'audit',
            namespace: 'AWS/SQS',
            name: 'ApproximateNumberOfMessagesVisible',
            dimensions: { QueueName: 'dead' },
            statistic: 'Maximum',
            periodSeconds: 300,
          },
          {
            label: 'Handled',
            namespace: 'Ours',
            name: 'Handled',
            dimensions: { service: 'audit', kind: 'x' },
            statistic: 'p99',
            periodSeconds: 60,
          },
        ],
      },
    ]);
  });

  test('given a line that says neither statistic nor period, they are the widget’s, and else those of CloudWatch', () => {
    const metrics = [['A', 'B']];
    const drawn = (properties: object) => readGraphs(bodyOf({ ...properties, metrics }))[0]?.metrics[0];
    expect(drawn({ stat: 'Sum', period: 60 })).toMatchObject({ statistic: 'Sum', periodSeconds: 60 });
    expect(drawn({})).toMatchObject({ statistic: 'Average', periodSeconds: 300 });
  });

  test.each([
    [[{ expression: 'm1 + m2' }]],
    [['.', 'Errors', 'FunctionName', 'audit']],
    [['AWS/Lambda', 'Errors', '...', 'audit']],
    [['AWS/Lambda', 'Errors', 'FunctionName']],
    [['AWS/Lambda', 'Errors', 'FunctionName', 7]],
    [['AWS/Lambda', 'Errors', 'FunctionName', null]],
    [['AWS/Lambda', 7]],
    [['AWS/Lambda', 'Errors', null]],
    [['AWS/Lambda']],
    [[]],
  ])('given the line %j, which the stack does not create, it is refused with the graph’s name', (line) => {
    expect(() => readGraphs(bodyOf({ title: 'Errors', metrics: [line] }))).toThrow(
      /^the graph Errors has a line .* the dashboard was edited by hand/,
    );
  });
});

test('given a dashboard without widgets, there is no graph', () => {
  expect(readGraphs('{}')).toEqual([]);
});

test('given a graph that says little, the rest of it is empty', () => {
  const empty = { title: '', unit: '', metrics: [], limits: [] };
  expect(readGraphs(bodyOf({}))).toEqual([empty]);
  expect(readGraphs('{"widgets":[{"type":"metric"}]}')).toEqual([empty]);
  const annotations = { horizontal: [{ value: 1 }] };
  expect(readGraphs(bodyOf({ yAxis: {}, annotations }))).toEqual([{ ...empty, limits: [{ label: '', value: 1 }] }]);
  expect(readGraphs(bodyOf({ yAxis: { left: {} }, annotations: {} }))).toEqual([empty]);
});

test('given a name that begins or ends with dots, it is a name', () => {
  const [graph] = readGraphs(bodyOf({ metrics: [['.A', 'B.', 'C', '..D']] }));
  expect(graph?.metrics).toMatchObject([{ namespace: '.A', name: 'B.', dimensions: { C: '..D' } }]);
});

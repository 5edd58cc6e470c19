import { describe, expect, test } from '@jest/globals';
import { readHistogram } from '../../../../operations/replay/histogram.ts';
import { awsError, FakeAws } from '../aws/fake-aws.ts';
import { ARCHIVE, HOUR_MS, NOW, subscriber } from './plans.ts';

const DESCRIBED = { DescribeArchive: () => ({ State: 'ENABLED', EventCount: 4, SizeBytes: 1000 }) };

const NOT_LISTED = {
  FilterLogEvents: () => {
    throw awsError('ResourceNotFoundException');
  },
};

function histogramOf(answers: ConstructorParameters<typeof FakeAws>[0], spanMs?: number) {
  const { queueUrl, dlqUrl, ruleArn } = subscriber('audit');
  const outputs = {
    EventArchiveArn: ARCHIVE.arn,
    EventBusArn: ARCHIVE.busArn,
    EventBusName: ARCHIVE.busName,
    AuditQueueUrl: queueUrl,
    AuditDlqUrl: dlqUrl,
    AuditRuleArn: ruleArn,
  };
  const aws = new FakeAws({ ...DESCRIBED, ...answers });
  const on = { target: { stackName: 'mine' }, clients: aws.clients, stack: { name: 'mine', outputs } };
  const { signal } = new AbortController();
  return { aws, read: () => readHistogram(on, { spanMs, now: NOW, signal }) };
}

/** Events of an archive at these times before now; the call for the first alone asks for one. */
const listed = (...agesMs: number[]) => ({
  FilterLogEvents: ({ limit, startTime = 0 }: { limit?: number; startTime?: number }) => {
    const all = agesMs.map((age) => ({ timestamp: NOW - age, message: '{"rules":[]}' }));
    return { events: all.filter(({ timestamp }) => timestamp >= startTime).slice(0, limit) };
  },
});

describe('the histogram of an archive', () => {
  test('counts every event, from the first one to now, in bins of a length that people read well', async () => {
    const { window, binMs, bins, isExact } = await histogramOf(listed(HOUR_MS, HOUR_MS, 1000, 0)).read();
    expect(binMs).toBe(60_000);
    expect(window).toEqual({ from: NOW - HOUR_MS, to: NOW + 60_000 });
    expect(bins).toHaveLength(61);
    expect([bins[0], bins[59], bins[60]]).toEqual([2, 1, 1]);
    expect(bins.reduce((sum, events) => sum + events, 0)).toBe(4);
    expect(isExact).toBe(true);
  });

  test.each([
    [60_000, 1000, 61],
    [24 * HOUR_MS, 900_000, 97],
    [30 * 24 * HOUR_MS, 21_600_000, 121],
  ])('goes back %d ms in bins of %d ms', async (spanMs, binMs, length) => {
    const histogram = await histogramOf(listed(), spanMs).read();
    expect([histogram.binMs, histogram.bins.length]).toEqual([binMs, length]);
    expect(histogram.window.from).toBeLessThanOrEqual(NOW - spanMs);
    expect(histogram.window.to).toBeGreaterThan(NOW);
  });

  test('of an empty archive is a minute without events', async () => {
    const { window, bins } = await histogramOf(listed()).read();
    expect(window.from).toBe(NOW - 60_000);
    expect(new Set(bins)).toEqual(new Set([0]));
  });

  test('has what the rules matched by CloudWatch where an archive cannot be listed, and says that it is not exact', async () => {
    const GetMetricData = () => ({
      MetricDataResults: [{ Id: 'm0', Values: [7, 2], Timestamps: [new Date(NOW - 3 * 60_000), new Date(NOW)] }],
    });
    const { aws, read } = histogramOf({ ...NOT_LISTED, GetMetricData }, HOUR_MS);
    const { binMs, bins, isExact } = await read();
    expect([binMs, isExact]).toEqual([60_000, false]);
    expect([bins[57], bins[60], bins.reduce((sum, events) => sum + events, 0)]).toEqual([7, 2, 9]);
    expect(aws.inputs('GetMetricData')).toMatchObject([{ MetricDataQueries: [{ MetricStat: { Period: 60 } }] }]);
  });

  test('goes back a day there, unless it is told otherwise', async () => {
    const { window } = await histogramOf({ ...NOT_LISTED, GetMetricData: () => ({}) }).read();
    expect(NOW - window.from).toBe(24 * HOUR_MS);
  });
});

import type { Plan } from '../../tools/simulate/day/plan.ts';

/** A day that once broke a promise, with the least of it that did. Seeds give other days when a kind of fault is added: plans stay. */
export interface Regression {
  /** What went wrong. */
  readonly what: string;
  readonly plan: Plan;
}

export const REGRESSIONS: readonly Regression[] = [
  {
    what: "an error after a pipe's PutEvents took effect lost the record behind it",
    plan: {
      seed: '3',
      registrations: [
        { userId: 'min.ji@example.com3', atMs: 732 },
        { userId: 'min.ji@example.com2', atMs: 1632 },
        { userId: '김민지4', atMs: 1833 },
      ],
      faults: [
        {
          kind: 'error',
          operation: 'events:PutEvents',
          nth: 2,
          times: 15,
          when: 'after',
          code: 'InternalException',
          status: 500,
        },
      ],
    },
  },
  {
    what: 'a queue whose policy had denied everything was not read after the policy was given back',
    plan: {
      seed: '124',
      registrations: [{ userId: '김민지4', atMs: 40 }],
      faults: [
        {
          kind: 'policy-lost',
          subscriber: 'bucket-service',
          queue: 'waiting',
          how: 'denies',
          atMs: 39_168,
          forMs: 72_000,
        },
        { kind: 'grant-lost', who: 'bucket-service', action: 'events:PutEvents', atMs: 145, forMs: 3000 },
      ],
    },
  },
  {
    what: 'a bucket that S3 listed and did not know yet was passed over, and not retired',
    plan: {
      seed: '1126',
      stage: 'leaving',
      registrations: [
        { userId: '3f0c1a52-8f5e-4b67-9a55-2d1c8e4f7b902', atMs: 300 },
        { userId: '김민지4', atMs: 454 },
        { userId: 'ada0', atMs: 706 },
      ],
      faults: [
        {
          kind: 'error',
          operation: 's3:GetBucketTagging',
          nth: 4,
          times: 1,
          when: 'after',
          code: 'NoSuchBucket',
          status: 404,
        },
        { kind: 'user-leaves', userId: '3f0c1a52-8f5e-4b67-9a55-2d1c8e4f7b902', atMs: 10_398 },
      ],
    },
  },
  {
    what: 'two exports at the same time wrote into the same unfinished file',
    plan: {
      seed: '9290',
      stage: 'plain',
      registrations: [{ userId: 'MIN.JI@EXAMPLE.COM1', atMs: 44 }],
      faults: [
        {
          kind: 'command',
          commands: [
            ['events', 'export', '{events file}', '--from', '5h'],
            ['events', 'import', '{events file}', '--yes', '--rate', '2'],
          ],
          atMs: 369,
          strike: { what: 'entries-refused', nth: 1 },
          againAfterMs: 100,
        },
        {
          kind: 'command',
          commands: [
            ['events', 'export', '{events file}', '--from', '5h'],
            ['events', 'import', '{events file}', '--yes', '--rate', '2'],
          ],
          atMs: 872,
          strike: { what: 'kill-before', nth: 4 },
        },
      ],
    },
  },
  {
    what: 'a replay left out the events that went with an answer of SQS that was lost',
    plan: {
      seed: '28562',
      stage: 'leaving',
      registrations: [{ userId: 'min.ji@example.com2', atMs: 42 }],
      faults: [
        {
          kind: 'command',
          commands: [['replay', '--yes', '--from', '5h', '--all-subscribers', '--rate', '100']],
          atMs: 369_930,
          strike: { what: 'no-answer', nth: 14 },
        },
      ],
    },
  },
];

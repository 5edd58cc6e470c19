import type { StageSettings } from './stage-settings.ts';

/** A part of the stack that a Region lacks, or may lack. */
export interface RegionGap {
  readonly part: string;
  /** Whether it is certainly missing; otherwise only older tables of AWS do not list it. */
  readonly isCertain: boolean;
  /** What to do there. */
  readonly advice: string;
  /** The bucket namespace that needs it. @default - either does */
  readonly namespace?: BucketNamespace;
}

type BucketNamespace = StageSettings['bucketNamespace'];

/** When the Regions were checked. */
export const REGION_DATE = '2026-11-28';

const CHOOSE_ANOTHER = 'the stack needs it: choose another Region';
const LOOK_FIRST = 'check before you deploy: aws events list-archives --region';

/**
 * By Region. A Region that is not listed has no known gap.
 * Source: EventBridge user guide, feature-availability; S3 user guide, account-regional namespaces.
 */
export const REGION_GAPS: ReadonlyMap<string, readonly RegionGap[]> = new Map([
  [
    'ap-east-2',
    [
      { part: 'EventBridge Pipes', isCertain: true, advice: CHOOSE_ANOTHER },
      { part: 'archives of EventBridge', isCertain: true, advice: CHOOSE_ANOTHER },
    ],
  ],
  ['ap-southeast-4', [{ part: 'archives of EventBridge', isCertain: false, advice: `${LOOK_FIRST} ap-southeast-4` }]],
  ['ap-southeast-5', [{ part: 'archives of EventBridge', isCertain: false, advice: `${LOOK_FIRST} ap-southeast-5` }]],
  ...['me-south-1', 'me-central-1'].map((region): [string, RegionGap[]] => [
    region,
    [
      {
        part: 'account-regional bucket names',
        isCertain: true,
        advice: 'set bucketNamespace to global in the stage, before the first deployment',
        namespace: 'account-regional',
      },
    ],
  ]),
]);

/** The gaps of a Region for a stage with this bucket namespace, one line each. */
export function gapLines(region: string, bucketNamespace: BucketNamespace): string[] {
  return (REGION_GAPS.get(region) ?? [])
    .filter(({ namespace = bucketNamespace }) => namespace === bucketNamespace)
    .map(
      ({ part, isCertain, advice }) =>
        `${region} ${isCertain ? 'lacks' : 'may lack'} ${part} (checked on ${REGION_DATE}); ${advice}`,
    );
}

import type { Scenario } from './scenario.ts';
import { bucketSettings } from './scenarios/bucket-settings.ts';
import { poison, replayRestores } from './scenarios/recovery.ts';
import { awkwardIds, registration } from './scenarios/registration.ts';
import { duplicates, overwrite } from './scenarios/repetition.ts';

/** In the order in which they run: each is on its own, and the quick ones come first. */
export const SCENARIOS: readonly Scenario[] = [
  registration,
  awkwardIds,
  bucketSettings,
  duplicates,
  overwrite,
  poison,
  replayRestores,
];

import { readInfo } from './console-info.ts';
import { compareVersions, readContractsPage } from './contracts/contracts-page.ts';
import { planPurgeJob, planRedriveJob, previewChange } from './dead-letters/changes.ts';
import { followDlqDepths, readDeadLetters } from './dead-letters/dead-letters-page.ts';
import { checkEdit, readEditable, sendEdit } from './dead-letters/edit.ts';
import { followEventStream } from './events/event-stream.ts';
import { sendEvent, tryDraft } from './events/send-event.ts';
import { planWatchJob } from './events/watch-job.ts';
import { followFlowPage } from './flow/flow-page.ts';
import { readHealth, repairFinding } from './health/health-page.ts';
import { followMetricsPage } from './health/metrics-page.ts';
import { planFixJob, planSurveyJob } from './health/reconcile-job.ts';
import { readReconcile } from './health/reconcile-page.ts';
import { followJobs, readJobs, stopJob } from './job-routes.ts';
import {
  changePipe,
  kill,
  readFaultPreview,
  readKillPreview,
  readSkipPreview,
  removeFault,
  setFault,
  skip,
} from './lab/lab-changes.ts';
import { followLabPage } from './lab/lab-page.ts';
import { planBreak, readLessonCheck, readLessonPreview, readLessons, repairLesson } from './lab/lessons.ts';
import { planReadingJob, planSendingJob, readChosenReplay } from './replay/chosen-job.ts';
import { cancelNamedReplay, planReplayJob } from './replay/replay-job.ts';
import { followReplayList } from './replay/replay-list.ts';
import { readReplayHistogram, readReplayPlan } from './replay/replay-plan.ts';
import type { Route } from './route.ts';
import { readDetails } from './user/user-details.ts';
import { followUser } from './user/user-page.ts';
import { findUsers, followUsers } from './users/find-users.ts';
import { register } from './users/register.ts';

/** By method and path, in the order of the views. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'GET /api/console': { kind: 'read', read: readInfo },
  'GET /api/jobs': { kind: 'read', read: readJobs },
  'GET /api/jobs/follow': { kind: 'stream', follow: followJobs },
  'POST /api/jobs/stop': { kind: 'change', change: stopJob },
  'GET /api/users': { kind: 'stream', follow: followUsers },
  'GET /api/find': { kind: 'read', read: findUsers },
  'POST /api/register': { kind: 'change', change: register },
  'GET /api/user': { kind: 'stream', follow: followUser },
  'GET /api/user/details': { kind: 'read', read: readDetails },
  'GET /api/flow': { kind: 'stream', follow: followFlowPage },
  'GET /api/events': { kind: 'stream', follow: followEventStream },
  'GET /api/events/try': { kind: 'read', read: tryDraft },
  'POST /api/events/watch': { kind: 'job', plan: planWatchJob },
  'POST /api/events/send': { kind: 'change', change: sendEvent },
  'GET /api/dead-letters': { kind: 'read', read: readDeadLetters },
  'GET /api/dead-letters/depths': { kind: 'stream', follow: followDlqDepths },
  'GET /api/dead-letters/preview': { kind: 'read', read: previewChange },
  'GET /api/dead-letters/edit': { kind: 'read', read: readEditable },
  'POST /api/dead-letters/edit/check': { kind: 'change', change: checkEdit },
  'POST /api/dead-letters/edit': { kind: 'change', change: sendEdit },
  'POST /api/dead-letters/redrive': { kind: 'job', plan: planRedriveJob },
  'POST /api/dead-letters/purge': { kind: 'job', plan: planPurgeJob },
  'GET /api/replay/histogram': { kind: 'read', read: readReplayHistogram },
  'GET /api/replay/plan': { kind: 'read', read: readReplayPlan },
  'GET /api/replay/list': { kind: 'stream', follow: followReplayList },
  'POST /api/replay': { kind: 'job', plan: planReplayJob },
  'GET /api/replay/chosen': { kind: 'read', read: readChosenReplay },
  'POST /api/replay/read': { kind: 'job', plan: planReadingJob },
  'POST /api/replay/send': { kind: 'job', plan: planSendingJob },
  'POST /api/replay/cancel': { kind: 'change', change: cancelNamedReplay },
  'GET /api/health': { kind: 'read', read: readHealth },
  'POST /api/health/repair': { kind: 'change', change: repairFinding },
  'GET /api/metrics': { kind: 'stream', follow: followMetricsPage },
  'GET /api/reconcile': { kind: 'read', read: readReconcile },
  'POST /api/reconcile': { kind: 'job', plan: planSurveyJob },
  'POST /api/reconcile/fix': { kind: 'job', plan: planFixJob },
  'GET /api/contracts': { kind: 'read', read: readContractsPage },
  'GET /api/contracts/compare': { kind: 'read', read: compareVersions },
  'GET /api/lab': { kind: 'stream', follow: followLabPage },
  'GET /api/lab/fault/preview': { kind: 'read', read: readFaultPreview },
  'GET /api/lab/skip/preview': { kind: 'read', read: readSkipPreview },
  'GET /api/lab/kill/preview': { kind: 'read', read: readKillPreview },
  'GET /api/lab/lessons': { kind: 'read', read: readLessons },
  'GET /api/lab/lesson/preview': { kind: 'read', read: readLessonPreview },
  'GET /api/lab/lesson/check': { kind: 'read', read: readLessonCheck },
  'POST /api/lab/fault': { kind: 'change', change: setFault },
  'POST /api/lab/fault/remove': { kind: 'change', change: removeFault },
  'POST /api/lab/skip': { kind: 'change', change: skip },
  'POST /api/lab/kill': { kind: 'change', change: kill },
  'POST /api/lab/pipe': { kind: 'change', change: changePipe },
  'POST /api/lab/lesson/break': { kind: 'job', plan: planBreak },
  'POST /api/lab/lesson/repair': { kind: 'change', change: repairLesson },
};

/** What answers a request; undefined if nothing does. */
export function findRoute(method: string, path: string): Route | undefined {
  return Object.hasOwn(ROUTES, `${method} ${path}`) ? ROUTES[`${method} ${path}`] : undefined;
}

/** What is still to be put right; no new line may come. */
export const FORBIDDEN_LEFT: string[] = [
  'cli/commands/replay/replay.ts imports operations/replay/cancel-replay.ts, but cli/commands/* imports only from itself and cli/*.ts, cli/output/, operations/messages/, operations/time/, operations/aws/, operations/journal/, operations/deployed/, operations/*/index.ts, services/, schemas/',
  'cli/commands/replay/replay.ts imports operations/replay/make-plan.ts, but cli/commands/* imports only from itself and cli/*.ts, cli/output/, operations/messages/, operations/time/, operations/aws/, operations/journal/, operations/deployed/, operations/*/index.ts, services/, schemas/',
  'cli/commands/replay/replay.ts imports operations/replay/replay-plan.ts, but cli/commands/* imports only from itself and cli/*.ts, cli/output/, operations/messages/, operations/time/, operations/aws/, operations/journal/, operations/deployed/, operations/*/index.ts, services/, schemas/',
  'cli/commands/replay/replay.ts imports operations/replay/replay-summary.ts, but cli/commands/* imports only from itself and cli/*.ts, cli/output/, operations/messages/, operations/time/, operations/aws/, operations/journal/, operations/deployed/, operations/*/index.ts, services/, schemas/',
  'cli/commands/replay/replay.ts imports operations/replay/run-replay.ts, but cli/commands/* imports only from itself and cli/*.ts, cli/output/, operations/messages/, operations/time/, operations/aws/, operations/journal/, operations/deployed/, operations/*/index.ts, services/, schemas/',
  'operations/replay/replay-plan.ts imports cli/output/output.ts, but operations/* imports only from itself and operations/messages/, operations/time/, operations/aws/, operations/journal/, operations/deployed/, operations/*/index.ts, services/, schemas/',
  'operations/replay/replay-summary.ts imports cli/output/output.ts, but operations/* imports only from itself and operations/messages/, operations/time/, operations/aws/, operations/journal/, operations/deployed/, operations/*/index.ts, services/, schemas/',
  'operations/replay/run-replay.ts imports cli/output/progress.ts, but operations/* imports only from itself and operations/messages/, operations/time/, operations/aws/, operations/journal/, operations/deployed/, operations/*/index.ts, services/, schemas/',
];

export const CYCLES_LEFT: string[] = [
  'test/e2e/pipeline-under-test.ts → test/e2e/event-watch.ts → test/e2e/pipeline-under-test.ts',
];

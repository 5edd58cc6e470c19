import { Listr } from 'listr2';
import { display, displayId, visible } from '../../../operations/messages/display.ts';
import { print } from '../../output/output.ts';
import { describeSteps, registerSample, type SampleOutcome, type SampleProps } from './sample-registration.ts';

/** What came of each sample user, by user id. */
export type SampleOutcomes = ReadonlyMap<string, SampleOutcome>;

/** Each user has a line of its own, so it may be long. */
const ID_COLUMNS = 52;

/** Registers the sample users, all at once, and shows how each one gets on: live in a terminal, else a line at its end. */
export async function showSamples(userIds: readonly string[], props: SampleProps): Promise<SampleOutcomes> {
  return process.stdout.isTTY ? showLive(userIds, props) : showLines(userIds, props);
}

async function showLive(userIds: readonly string[], props: SampleProps): Promise<SampleOutcomes> {
  const outcomes = new Map<string, SampleOutcome>();
  const bugs: unknown[] = [];
  const tasks = new Listr(
    userIds.map((userId) => ({
      title: displayId(userId, ID_COLUMNS),
      rendererOptions: { persistentOutput: true },
      task: async (_context, task) => {
        const outcome = await registerSample(userId, props, (times) => {
          task.title = `${displayId(userId, ID_COLUMNS)}  ${describeSteps({ existed: false, times })}`;
        }).catch((bug: unknown) => {
          bugs.push(bug); // Listr goes on with the others, and would keep it to itself
          throw bug;
        });
        outcomes.set(userId, outcome);
        if (outcome.existed) task.title = `${displayId(userId, ID_COLUMNS)}  ${describeSteps(outcome)}`;
        // The summary says why, each reason once.
        if (outcome.uri === undefined) throw new Error('no URI');
        task.output = visible(outcome.uri);
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { collapseErrors: false, formatOutput: 'wrap' },
    },
  );
  await tasks.run();
  if (bugs.length > 0) throw bugs[0];
  return outcomes;
}

async function showLines(userIds: readonly string[], props: SampleProps): Promise<SampleOutcomes> {
  const outcomes = new Map<string, SampleOutcome>();
  await Promise.all(
    userIds.map(async (userId) => {
      const outcome = await registerSample(userId, props, () => {});
      outcomes.set(userId, outcome);
      const head = `${displayId(userId, ID_COLUMNS)}  ${describeSteps(outcome)}`;
      // The summary says why, each reason once.
      print(outcome.uri === undefined ? display`✖ ${head.trimEnd()}\n` : display`✔ ${head}\n  › ${outcome.uri}\n`);
    }),
  );
  return outcomes;
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { JournalEntry } from '../../../packages/local-engine/journal/journal.ts';
import { LONG_WAIT_MS } from '../../support/limits.ts';
import { Pipeline } from '../../support/pipeline.ts';
import { assemblyOf, drillsFolder, projectOf, synthesizeDeployment } from './deployments.ts';
import { type Everything, lookAtEverything } from './everything.ts';
import { runbookEntry } from './runbook.ts';
import type { Deployment } from './services.ts';
import { Shell } from './shell.ts';

/**
 * One entry of the runbook, performed: the pipeline with a few users, the damage that a test does, and the entry's commands
 * as they stand on the page.
 */
export class Drill {
  readonly pipeline: Pipeline;
  readonly #title: string;
  readonly #shell: Shell;
  readonly #deployments: Server;
  #blocksDone = 0;

  private constructor(title: string, pipeline: Pipeline, shell: Shell, deployments: Server) {
    this.#title = title;
    this.pipeline = pipeline;
    this.#shell = shell;
    this.#deployments = deployments;
  }

  /** @param title of the entry in the runbook */
  static async start(title: string): Promise<Drill> {
    runbookEntry(title);
    const pipeline = await Pipeline.start({ assemblies: [assemblyOf('good')] });
    const outdir = join(drillsFolder(), `deployed-${process.pid}-${pipeline.port}`);
    const deployments = createServer(async (_request, response) => {
      const answer = await pipeline.engine.update([outdir]).then(
        (changes) => ({ status: 200, text: `${changes.length} resources changed` }),
        (error: Error) => ({ status: 500, text: error.message }),
      );
      response.writeHead(answer.status).end(answer.text);
    });
    await new Promise<void>((listening) => deployments.listen(0, '127.0.0.1', listening));
    const shell = new Shell(projectOf('good'), {
      AWS_ENDPOINT_URL: pipeline.engine.endpoint,
      AWS_REGION: pipeline.engine.account.region,
      DRILL_DEPLOY_FOLDER: outdir,
      DRILL_DEPLOY_URL: `http://127.0.0.1:${(deployments.address() as AddressInfo).port}`,
    });
    return new Drill(title, pipeline, shell, deployments);
  }

  /** Registers users, and waits until all that follows from it is done. */
  async register(...userIds: string[]): Promise<void> {
    for (const userId of userIds) await this.pipeline.register(userId);
    for (const userId of userIds) await this.pipeline.recorded(userId);
    await this.settled();
  }

  /** All rows and all buckets with what is in them, to be compared. */
  everything(): Promise<Everything> {
    return lookAtEverything(this.pipeline);
  }

  /**
   * Runs the next block of commands of the entry, and waits until all that follows from it is done.
   * @param variables that the operator of this drill knows
   * @returns what the commands printed
   * @throws Error with that, if the last command ends otherwise than with `code`
   */
  async runNextBlock(variables: Readonly<Record<string, string>> = {}, code = 0): Promise<string> {
    const { blocks, title } = runbookEntry(this.#title);
    const block = blocks[this.#blocksDone];
    if (block === undefined) throw new Error(`The entry "${title}" has no block ${this.#blocksDone + 1}.`);
    this.#blocksDone += 1;
    const ended = await this.#shell.run(block, variables);
    if (ended.code !== code) throw new Error(`${block}ended with ${ended.code}, not ${code}:\n${ended.output}`);
    await this.settled();
    return ended.output;
  }

  /** Runs a command that is not on the page, such as one that does the damage. */
  async run(commands: string): Promise<string> {
    const { code, output } = await this.#shell.run(commands);
    if (code !== 0) throw new Error(`${commands} ended with ${code}:\n${output}`);
    return output;
  }

  /** Goes on with another deployment. */
  async deploy(deployment: Deployment): Promise<void> {
    await this.pipeline.engine.update([await synthesizeDeployment(deployment)]);
  }

  /**
   * Resolves when no message waits or is with a function, apart from dead letters. On a crowded machine some batch may run
   * out of time: as soon as no function is at work, it is delivered again.
   */
  async settled(): Promise<void> {
    const { engine } = this.pipeline;
    const waiting = () =>
      engine.stacks
        .flatMap(({ outputs }) => outputs.filter(({ key }) => key.endsWith('QueueUrl')))
        .flatMap(({ value }) => engine.services.queues.at(value) ?? [])
        .map(({ name, visible: messages, inFlight: taken }) => ({ name, messages, taken }))
        .filter(({ messages, taken }) => messages + taken > 0);
    const isSettled = () => {
      const left = waiting();
      const isIdle = this.pipeline.isIdle && left.every(({ messages }) => messages === 0);
      if (left.length > 0 && isIdle) void this.pipeline.redeliver();
      return left.length === 0;
    };
    await until(
      engine.journal,
      isSettled,
      () => `messages still wait or are with a function: ${JSON.stringify(waiting())}`,
    );
  }

  /** Users to whom mail was sent, once for each mail. */
  mails(): string[] {
    return this.pipeline.logLines('mail sent').map(({ userId }) => String(userId));
  }

  /** @throws Error if blocks of the entry were not run */
  async stop(): Promise<void> {
    this.#shell.remove();
    this.#deployments.close();
    await this.pipeline.stop();
    const { blocks, title } = runbookEntry(this.#title);
    if (this.#blocksDone !== blocks.length) {
      throw new Error(`The drill ran ${this.#blocksDone} of the ${blocks.length} blocks of "${title}".`);
    }
  }
}

interface Watchable {
  subscribe(listener: (entry: JournalEntry) => void): () => void;
}

/** Waits for something that becomes true by what the journal tells of. What an entry tells is done within the same turn. */
function until(journal: Watchable, isTrue: () => boolean, describe: () => string): Promise<void> {
  if (isTrue()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!isTrue()) return;
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = journal.subscribe(() => setImmediate(look));
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`After ${LONG_WAIT_MS} ms ${describe()}`));
    }, LONG_WAIT_MS);
  });
}

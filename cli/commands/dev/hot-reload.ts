import type { StackChange } from '../../../packages/local-engine/index.ts';
import { endingOf } from '../../output/ending.ts';
import type { CloudApp } from './cloud-apps.ts';
import { isWithin } from './is-within.ts';
import { describeChanges } from './stack-changes.ts';

export interface HotReloadProps {
  readonly apps: readonly CloudApp[];
  /** Brings the engine to what the apps' assemblies say. */
  update(): Promise<readonly StackChange[]>;
  /** Takes a line about what was done. */
  onDone(line: string): void;
  /** Takes a line about what could not be done. */
  onProblem(line: string): void;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

/**
 * Brings what runs to what was saved. What cannot be synthesized or run is told, and the last good version keeps running.
 * One update at a time; whatever is saved meanwhile goes into the next one.
 */
export class HotReload {
  readonly #props: HotReloadProps;
  /** Apps whose assembly is not what their sources say. One that cannot be synthesized stays among them. */
  readonly #stale = new Set<CloudApp>();
  #isAsked = false;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #hasFailed = false;

  constructor(props: HotReloadProps) {
    this.#props = props;
  }

  /** Takes the paths of files that were changed, added or removed. Resolves when they are dealt with. */
  async take(paths: readonly string[]): Promise<void> {
    for (const app of this.#props.apps) {
      if (!paths.some((path) => app.sources.some((source) => isWithin(path, source)))) continue;
      this.#stale.add(app);
      this.#isAsked = true;
    }
    this.#running ??= this.#reloadAll().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Takes no more, and says no more. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #reloadAll(): Promise<void> {
    while (this.#isAsked && !this.#isStopped) {
      this.#isAsked = false;
      await this.#reload();
    }
  }

  async #reload(): Promise<void> {
    const { update, onDone, now } = this.#props;
    const started = now();
    let hasFailed = false;
    for (const app of [...this.#stale]) {
      // Before it is read: what is saved from here on may not be in what comes of it.
      this.#stale.delete(app);
      await app.synthesize().catch((error: unknown) => {
        this.#stale.add(app);
        hasFailed = true;
        this.#tellProblem(error);
      });
    }
    try {
      const changes = await update();
      const done = changes.length > 0 ? describeChanges(changes) : 'mended, and nothing else has changed';
      // Who saves what changes nothing need not hear so, unless they have just mended something.
      const isNews = changes.length > 0 || (this.#hasFailed && !hasFailed);
      if (isNews && !this.#isStopped) onDone(`${done} in ${((now() - started) / 1000).toFixed(1)} s`);
    } catch (error) {
      hasFailed = true;
      this.#tellProblem(error);
    }
    this.#hasFailed = hasFailed;
  }

  #tellProblem(error: unknown): void {
    if (this.#isStopped) return; // the end of what it needed is no problem
    const { text } = endingOf(error);
    this.#props.onProblem(`${text.replace(/^error: /, '')}; the last good version keeps running`);
  }
}

import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import type { StackChange } from '../../../packages/local-engine/index.ts';
import { endingOf } from '../../output/run-program.ts';
import type { CloudApp } from './apps.ts';
import { describeChanges } from './stack-text.ts';

export interface HotReloadProps {
  readonly apps: readonly CloudApp[];
  /** Updates the engine to the apps' assemblies. */
  update(): Promise<readonly StackChange[]>;
  /** Receives a line about what was done. */
  onDone(line: string): void;
  /** Receives a line about what failed. */
  onProblem(line: string): void;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

/**
 * Updates the running stacks after files were saved. If one cannot be synthesized or run, it says why, and the last good
 * version keeps running. One update at a time; files that are saved meanwhile go into the next one.
 */
export class HotReload {
  readonly #props: HotReloadProps;
  /** Apps whose assembly is older than their sources. An app that cannot be synthesized stays here. */
  readonly #stale = new Set<CloudApp>();
  #isAsked = false;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #hasFailed = false;

  constructor(props: HotReloadProps) {
    this.#props = props;
  }

  /** Takes the paths of files that were changed, added or removed. Resolves when the update is done. */
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

  /** Starts no update and reports nothing any more. Resolves when the running update is done. */
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
      // Before its sources are read: a file that is saved from now on may be missing in the result.
      this.#stale.delete(app);
      await app.synthesize().catch((error: unknown) => {
        this.#stale.add(app);
        hasFailed = true;
        this.#report(error);
      });
    }
    try {
      const changes = await update();
      const done = changes.length > 0 ? describeChanges(changes) : 'fixed; nothing else has changed';
      // A save that changes nothing is not reported, unless it fixed something.
      const isNews = changes.length > 0 || (this.#hasFailed && !hasFailed);
      if (isNews && !this.#isStopped) onDone(`${done} in ${((now() - started) / 1000).toFixed(1)} s`);
    } catch (error) {
      hasFailed = true;
      this.#report(error);
    }
    this.#hasFailed = hasFailed;
  }

  #report(error: unknown): void {
    if (this.#isStopped) return; // it failed because the command is stopping
    const { text } = endingOf(error);
    this.#props.onProblem(`${text.replace(/^error: /, '')}; the last good version keeps running`);
  }
}

/**
 * An editor writes a file more than once when it saves. Longer than the 50 ms in which chokidar ignores a second change of
 * the same file, so that this change is on disk by then.
 */
const QUIET_MS = 60;

/** Files that are no source: installed and synthesized ones, hidden ones, copies that editors make. */
const IGNORED = /^(node_modules|cdk\.out|dist|\..*|.*~|#.*#)$/;

export interface SourceWatchProps {
  /** Files and folders, including those that are removed and created again. */
  readonly sources: readonly string[];
  /** Receives what keeps it from watching, such as too many files. */
  onProblem(error: Error): void;
}

/** Notices files that are changed, added or removed, from the moment that it starts. */
export class SourceWatch {
  readonly #watcher: FSWatcher;
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #listener: ((changed: readonly string[]) => void) | undefined;

  private constructor({ sources, onProblem }: SourceWatchProps) {
    // Their parent folders are watched: a watched path is lost when it is removed and created again, as Git does.
    const roots = [...new Set(sources.map((source) => dirname(source)))];
    const isSource = (path: string) => sources.some((source) => isWithin(path, source));
    const isParent = (path: string) => sources.some((source) => isWithin(source, path));
    this.#watcher = watch(roots, {
      ignoreInitial: true,
      ignored: (path) => !isParent(path) && (!isSource(path) || IGNORED.test(basename(path))),
    });
    this.#watcher.on('all', (_event, path) => {
      if (!isSource(path)) return;
      this.#changed.add(path);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#notify(), QUIET_MS);
    });
    this.#watcher.on('error', (error) => onProblem(error as Error));
  }

  /** Resolves when it notices every change. */
  static async start(props: SourceWatchProps): Promise<SourceWatch> {
    const sourceWatch = new SourceWatch(props);
    await new Promise<void>((ready) => sourceWatch.#watcher.once('ready', ready));
    return sourceWatch;
  }

  /** Calls back with the paths that have changed since the start, and from now on, after a quiet moment. */
  onChange(listener: (changed: readonly string[]) => void): void {
    this.#listener = listener;
    this.#notify();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher.close();
  }

  #notify(): void {
    if (this.#listener === undefined || this.#changed.size === 0) return;
    const paths = [...this.#changed];
    this.#changed.clear();
    this.#listener(paths);
  }
}

/** Whether a path is a folder, or somewhere in it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

import { Progress } from '../../output/progress.ts';

/** A progress bar that begins with the first number of each step. */
export class ProgressBar {
  #progress: Progress | undefined;
  #label = '';

  show(label: string, done: number, total: number): void {
    if (label !== this.#label) this.clear();
    this.#label = label;
    this.#progress ??= new Progress({ label, total });
    this.#progress.show(done);
  }

  clear(): void {
    this.#progress?.clear();
    this.#progress = undefined;
  }
}

import { type EventsProgress, leftBehindText } from '../../../operations/events/index.ts';
import { note } from '../../output/output.ts';
import { Progress } from '../../output/progress.ts';

/** Shows how far a reading of events is, beside the events. */
export class EventsProgressLine {
  #bar: Progress | undefined;

  show(step: EventsProgress): void {
    switch (step.kind) {
      case 'scanned':
        this.#bar ??= new Progress({ label: 'minutes of the window scanned', total: step.totalMinutes });
        this.#bar.show(step.minutes);
        break;
      case 'following':
        this.clear();
        // A later replay has a window of its own.
        this.#bar = undefined;
        note('Following events. Ctrl-C ends it.\n');
        break;
      case 'left-behind':
        this.clear();
        note(`${leftBehindText(step)}\n`);
        process.exitCode = 1;
        break;
    }
  }

  clear(): void {
    this.#bar?.clear();
  }
}

import { Worker } from 'node:worker_threads';

/** After so long with one input the engine hangs. */
const PATIENCE_S = 60;

/** Of the shared numbers: how many inputs were begun, the seed, the target. */
const [BEGUN, SEED, TARGET] = [0, 1, 2];

/** A loop without an end cannot be ended from within: a thread of its own watches, says which input it was, and ends the process. */
const WATCHING = `
  const { workerData: { shared, names, patienceS } } = require('node:worker_threads');
  const numbers = new Int32Array(shared);
  let last = -1;
  let seconds = 0;
  setInterval(() => {
    const begun = numbers[${BEGUN}];
    seconds = begun === last ? seconds + 1 : 0;
    last = begun;
    if (begun < 0 || seconds < patienceS) return;
    const text = names[numbers[${TARGET}]] + ' hangs with --target ' + names[numbers[${TARGET}]] + ' --seed ' + numbers[${SEED}] + ' --inputs 1\\n';
    require('node:fs').writeSync(2, text);
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;

/** Ends the process if an input takes too long. */
export class Watchdog {
  readonly #numbers: Int32Array;
  readonly #worker: Worker;

  /** @param names of the targets */
  constructor(names: readonly string[]) {
    const shared = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);
    this.#numbers = new Int32Array(shared);
    this.rest();
    this.#worker = new Worker(WATCHING, { eval: true, workerData: { shared, names, patienceS: PATIENCE_S } });
    this.#worker.unref();
  }

  /** The next input is tried. @param target its place among the names */
  begin(target: number, seed: number): void {
    this.#numbers[SEED] = seed;
    this.#numbers[TARGET] = target;
    this.#numbers[BEGUN] = Math.max(0, this.#numbers[BEGUN] ?? 0) + 1;
  }

  /** Nothing is tried until the next {@link begin}. */
  rest(): void {
    this.#numbers[BEGUN] = -1;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

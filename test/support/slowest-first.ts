import { createRequire } from 'node:module';

interface Test {
  readonly path: string;
}

const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

/** Folders whose files take long, the longest first; then all others. What takes long at the end would run alone. */
const SLOW = ['/test/drills/', '/test/console/', '/test/pipeline/', '/test/infrastructure/', '/test/contract/'];

/** Within a folder Jest's own order: by the time that a file took before, or else by its size. */
export default class SlowestFirst extends Sequencer {
  sort(tests: readonly Test[]): Test[] {
    const rank = ({ path }: Test) => SLOW.findIndex((folder) => path.includes(folder)) >>> 0;
    return super.sort(tests).sort((one: Test, other: Test) => rank(one) - rank(other));
  }
}

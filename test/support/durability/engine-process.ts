/**
 * The engine in a process of its own, over a data folder. Kills itself in the midst of what it does: when the journal gets
 * its n-th entry, which is between any two steps of any hop.
 */
import { engineTime } from '../../../operations/time/waiting.ts';
import { startEngine } from '../../../packages/local-engine/engine.ts';

const [assembly = '', dataFolder = '', killAtEntry = '0'] = process.argv.slice(2);
const engine = await startEngine({
  assemblies: [assembly],
  port: 0,
  dataFolder,
  ...engineTime(process.env),
});
let entriesLeft = Number(killAtEntry);
engine.journal.subscribe(() => {
  entriesLeft -= 1;
  if (entriesLeft === 0) process.kill(process.pid, 'SIGKILL');
});
process.on('disconnect', () => void engine.stop());
process.send?.(engine.endpoint);

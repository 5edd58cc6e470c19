import { withEngine } from '../assembly.ts';
import { runCommand } from '../command.ts';
import { print } from '../figures.ts';
import { Registrations } from '../registrations.ts';

const USERS = 500;
/** Ten times the rate of two functions on MiniStack, measured on a machine of two cores. */
const TARGET_PER_SECOND = 210;

await withEngine(async (engine) => {
  const before = (await engine.state()).cpu;
  const { seconds, cpuSeconds } = await runCommand(engine, ['register', '--count', String(USERS), '--wait']);
  const after = (await engine.state()).cpu;
  const registrations = new Registrations(engine);
  await registrations.check(USERS);
  registrations.close();
  const what = `${USERS} users on an engine that has just started`;
  print({
    measure: `registrations a second, ${what}, start of the command included`,
    unit: '1/s',
    value: USERS / seconds,
    target: TARGET_PER_SECOND,
  });
  print({ measure: `until the command has ended, ${what}`, unit: 's', value: seconds });
  if (before && after) {
    print({ measure: `CPU of the engine, ${what}`, unit: 's', value: after.own - before.own });
    print({ measure: `CPU of the functions, ${what}`, unit: 's', value: after.descendants - before.descendants });
  }
  print({ measure: `CPU of the command, ${what}`, unit: 's', value: cpuSeconds });
});

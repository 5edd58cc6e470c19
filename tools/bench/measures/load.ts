import { withEngine } from '../assembly.ts';
import { printRegistered, Registrations } from '../registrations.ts';

const FIRST = 1_000;
const USERS = 20_000;
const TARGET_PER_SECOND = 800;

await withEngine(async (engine) => {
  const registrations = new Registrations(engine);
  printRegistered(`the first ${FIRST} users`, await registrations.many(FIRST));
  printRegistered(`${USERS} more users`, await registrations.many(USERS), TARGET_PER_SECOND);
  registrations.close();
});

import { createProgram } from './program.ts';
import { runProgram } from './run-program.ts';
import { endWithStarter } from './starter.mjs';

endWithStarter();

await runProgram(createProgram());

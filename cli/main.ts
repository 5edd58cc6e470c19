import { runProgram } from './output/run-program.ts';
import { createProgram } from './program.ts';
import { endWithStarter } from './starter.mjs';

endWithStarter();

await runProgram(createProgram());

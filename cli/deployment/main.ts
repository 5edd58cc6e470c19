import { runProgram } from '../output/run-program.ts';
import { createProgram } from './program.ts';

await runProgram(createProgram());

import { runProgram } from '../operator/run-program.ts';
import { createProgram } from './program.ts';

await runProgram(createProgram());

import { onEngine, setPipe } from '../../../operations/lab/index.ts';
import { display } from '../../../operations/messages/display.ts';
import { jsonLine, print } from '../../output/output.ts';
import type { LabPipeOptions } from './command.ts';

/** Stops or starts the pipe. @throws UsageError on AWS */
export async function labPipe(options: LabPipeOptions, isToRun: boolean): Promise<void> {
  const pipe = await onEngine(options, (on) => setPipe(on, isToRun));
  if (options.json) return void print(jsonLine(pipe));
  print(display`the pipe ${pipe.name} ${pipe.runs ? 'runs' : 'is stopped: new rows wait in the stream'}\n`);
}

/**
 * Synthesizes the stack whenever it is asked to, in a process of its own that keeps what takes long to load: the CDK and
 * whatever else is installed. The project's own modules are loaded anew each time, so that they are what is on disk.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { PROJECT_FOLDER } from '../../../cdk/synthesize.ts';
import type { SynthesisAnswer, SynthesisRequest } from './synthesizer.ts';

const PROJECT = pathToFileURL(`${PROJECT_FOLDER}/`).href;
/** Bundles that are still good are worth keeping. */
const KEPT = [`${PROJECT}node_modules/`, `${PROJECT}cdk/handler-bundles.ts`];

let generation = 0;
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const [url = ''] = resolved.url.split('?');
    if (!url.startsWith(PROJECT) || KEPT.some((kept) => url.startsWith(kept))) return resolved;
    return { ...resolved, url: `${url}?synthesis=${generation}` };
  },
});

let said = '';
process.stderr.write = (text: string | Uint8Array) => {
  said += text;
  return true;
};

process.on('message', async ({ variables }: SynthesisRequest) => {
  generation += 1;
  said = '';
  Object.assign(process.env, variables);
  process.exitCode = 0;
  try {
    await import(`${PROJECT}cdk/app.ts`);
  } catch (error) {
    process.exitCode = 1;
    said += isMistake(error) ? error.message : ((error as Error).stack ?? String(error));
  }
  process.send?.({ succeeded: process.exitCode === 0, said } satisfies SynthesisAnswer);
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit());

/** What cannot be loaded as it was saved: its place is in the message, and the loader's own stack says nothing. */
function isMistake(error: unknown): error is Error {
  return error instanceof SyntaxError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_') === true;
}

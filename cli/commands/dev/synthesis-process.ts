/**
 * Synthesizes the stack on request. This process keeps the CDK and the other packages loaded, and loads the project's own
 * modules anew each time, as they are on disk.
 */
import { flushCompileCache, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { bundleMemory } from '../../../cdk/bundle-memory.ts';
import { PROJECT_FOLDER } from '../../../cdk/synthesize.ts';
import type { SynthesisAnswer, SynthesisRequest } from './apps.ts';

const PROJECT = pathToFileURL(`${PROJECT_FOLDER}/`).href;
/** Bundles whose sources have not changed are kept. */
const KEPT = [`${PROJECT}node_modules/`, `${PROJECT}cdk/bundle-memory.ts`];

bundleMemory.keepParsed();

let generation = 0;
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const [url = ''] = resolved.url.split('?');
    if (!url.startsWith(PROJECT) || KEPT.some((kept) => url.startsWith(kept))) return resolved;
    // The first time without a mark, so that Node.js finds these modules in its compile cache.
    return generation === 1 ? resolved : { ...resolved, url: `${url}?synthesis=${generation}` };
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
  // The command kills this process, which then would leave nothing compiled for the next one.
  if (generation === 1) flushCompileCache();
});
// The command has ended. A signal, because an exit would keep what was compiled in every synthesis.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

/** A module that cannot be loaded: the message names the place, and the stack is only the loader's. */
function isMistake(error: unknown): error is Error {
  return error instanceof SyntaxError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_') === true;
}

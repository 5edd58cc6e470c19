/** `npx cdk deploy -c key=value …` of a drill: synthesizes the stack, and has the engine of the drill updated to it. */
import { parseArgs } from 'node:util';
import { synthesize } from '../../../cdk/synthesize.ts';

const { DRILL_DEPLOY_FOLDER: outdir, DRILL_DEPLOY_URL: url } = process.env;
if (outdir === undefined || url === undefined) throw new Error('This drill does not deploy.');

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { context: { type: 'string', short: 'c', multiple: true } },
});
const context = Object.fromEntries((values.context ?? []).map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
await synthesize({ outdir, context });
const answer = await fetch(url, { method: 'POST' });
console.log(await answer.text());
process.exitCode = answer.ok ? 0 : 1;

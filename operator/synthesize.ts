import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from './errors.ts';
import { PROJECT_FOLDER } from './project.ts';

export interface SynthesizeOptions {
  /** The folder to write the cloud assembly to. Made if it is not there. */
  readonly outdir: string;
  /**
   * Context values that replace those of cdk.json, such as `{ stage: 'prod' }`.
   * @default {}
   */
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * Synthesizes the stack as `cdk synth` does, without the CDK CLI and in half its time.
 * @throws CommandFailure with the app's own words, such as one line for each problem in the config
 */
export async function synthesize({ outdir, context = {} }: SynthesizeOptions): Promise<void> {
  const env = {
    ...process.env,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...(await projectContext()), ...context }),
    CDK_VALIDATION: 'false', // costs as much time again, and `cdk synth` does it before anything is deployed
  };
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, ['cdk/app.ts'], { cwd: PROJECT_FOLDER, env }, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const said = withoutProgress(stderr) || withoutProgress(stdout) || error.message;
      reject(new CommandFailure(`the stack cannot be synthesized: ${said}`, { cause: error }));
    });
  });
}

/** The context values in cdk.json, which the CDK CLI would hand to the app. */
async function projectContext(): Promise<Record<string, unknown>> {
  const text = await readFile(join(PROJECT_FOLDER, 'cdk.json'), 'utf8');
  try {
    return JSON.parse(text).context ?? {};
  } catch (cause) {
    throw new CommandFailure(`cdk.json is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** What the app says, without the lines that the CDK writes as it goes. */
function withoutProgress(output: string): string {
  return output
    .split('\n')
    .filter((line) => !line.startsWith('Bundling asset '))
    .join('\n')
    .trim();
}

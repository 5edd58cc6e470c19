import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../cdk/synthesize.ts';
import { CommandFailure } from '../../operations/messages/errors.ts';

/**
 * Runs the CDK CLI, and shows what it says.
 * @param args such as `['deploy', 'user-bucket-pipeline-dev']`
 * @throws CommandFailure if it does not end well
 */
export type RunCdk = (args: readonly string[]) => Promise<void>;

/** The CLI that stands in package.json, on the Node.js that runs here, in the project's folder. */
export const runProjectCdk: RunCdk = (args) =>
  new Promise((resolve, reject) => {
    const cli = join(PROJECT_FOLDER, 'node_modules', 'aws-cdk', 'bin', 'cdk');
    const child = spawn(process.execPath, [cli, ...args], { cwd: PROJECT_FOLDER, stdio: 'inherit' });
    // A terminal sends Ctrl-C to both; how that ends is the CLI's to say.
    const leaveToChild = () => {};
    process.on('SIGINT', leaveToChild);
    child.once('error', (cause) =>
      reject(new CommandFailure(`the CDK CLI cannot be started: ${cause.message}; try: npm ci`, { cause })),
    );
    child.once('close', (code, signal) => {
      process.off('SIGINT', leaveToChild);
      if (code === 0) resolve();
      else
        reject(
          new CommandFailure(`cdk ${args[0]} ended with ${signal ?? `exit code ${code}`}; what it said stands above`),
        );
    });
  });

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { compileCache } from '../../support/assembly.ts';
import { TIME_FACTOR } from '../../support/limits.ts';

export interface ShellEnded {
  /** Of the last command. */
  readonly code: number | null;
  /** What all commands printed, in the order in which they did. */
  readonly output: string;
}

/** The commands of a page are run as they stand there; this is what they are here. `aws` is the SDK, `npx cdk` deploys here. */
const COMMANDS: Readonly<Record<string, string>> = {
  npx: `case $1 in
  pipeline) shift; exec node cli/main.ts "$@" ;;
  cdk) shift; exec node test/drills/support/deploy-command.ts "$@" ;;
  *) echo "no command $1 in a drill" >&2; exit 127 ;;
esac`,
  aws: 'exec node test/drills/support/aws-command.ts "$@"',
};

/** A shell as an operator has one open: what one block of commands sets, the next one finds. */
export class Shell {
  readonly #folder = mkdtempSync(join(tmpdir(), 'drill-shell-'));
  readonly #project: string;
  readonly #env: Readonly<Record<string, string>>;

  /**
   * @param project the folder that it is opened in
   * @param env variables that are set in it from the beginning
   */
  constructor(project: string, env: Readonly<Record<string, string>>) {
    this.#project = project;
    for (const [name, script] of Object.entries(COMMANDS)) {
      const file = join(this.#folder, name);
      writeFileSync(file, `#!/bin/sh\n${script}\n`);
      chmodSync(file, 0o755);
    }
    writeFileSync(this.#variables, '');
    this.#env = {
      PATH: [this.#folder, dirname(process.execPath), process.env.PATH].join(delimiter),
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: 'operator',
      AWS_SECRET_ACCESS_KEY: 'local',
      NODE_NO_WARNINGS: '1',
      ...compileCache(),
      ...TIME_FACTOR,
      ...env,
    };
  }

  /** Runs commands to their end. */
  run(commands: string, variables: Readonly<Record<string, string>> = {}): Promise<ShellEnded> {
    const script = `set -a\n. "${this.#variables}"\nexec 2>&1\n${commands}\nstatus=$?\nexport -p > "${this.#variables}"\nexit $status\n`;
    return new Promise((resolve) => {
      const options = { cwd: this.#project, env: { ...this.#env, ...variables }, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile('/bin/sh', ['-c', script], options, (_error, output) =>
        resolve({ code: child.exitCode, output }),
      );
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  get #variables(): string {
    return join(this.#folder, 'variables');
  }
}

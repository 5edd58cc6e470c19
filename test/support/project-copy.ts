import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { compileCache } from './assembly.ts';
import { TIME_FACTOR } from './limits.ts';
import { RunningCommand } from './running-command.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Nothing of this machine's: no credentials, no config files. */
const ENVIRONMENT = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  NO_COLOR: '1',
  ...compileCache(),
  ...TIME_FACTOR,
  // Less time for collecting garbage in tsc, which is written in Go. What it finds is the same.
  GOGC: '400',
};

/** How a command ended. */
export interface Ended {
  /** The exit code; -1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Environment variables besides PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder to run in, from that of the copy. @default '.' */
  readonly cwd?: string;
}

/**
 * A temporary copy of the project as it stands here, uncommitted files included, in which a test may change anything and
 * run anything. It shares the installed packages, and is no Git repository.
 *
 * @example
 * const copy = await ProjectCopy.create();
 * await copy.write('services/audit/subscription.ts', '…');
 * const { code, stdout } = await copy.run('node', ['cli/main.ts', 'register', 'alice']);
 * await copy.remove();
 */
export class ProjectCopy {
  /** Its real path: no part of it is a link. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param without files and folders to leave out, such as those that the test is about to make */
  static async create({ without = [] }: { without?: readonly string[] } = {}): Promise<ProjectCopy> {
    const copy = new ProjectCopy(await realpath(await mkdtemp(join(tmpdir(), 'project-copy-'))));
    try {
      const isLeftOut = (file: string) => without.some((path) => file === path || file.startsWith(`${path}/`));
      for (const file of (await projectFiles()).filter((found) => !isLeftOut(found))) {
        await cp(join(ROOT, file), join(copy.folder, file)).catch(ignoreMissing);
      }
      await symlink(join(ROOT, 'node_modules'), join(copy.folder, 'node_modules'));
      return copy;
    } catch (error) {
      await copy.remove();
      throw error;
    }
  }

  /** One that was made before, and is in that folder. */
  static at(folder: string): ProjectCopy {
    return new ProjectCopy(folder);
  }

  /**
   * Runs a command to its end. The commands of installed packages are found by their names, and `node` is the one that
   * runs the test.
   *
   * @throws {Error} when there is no such command; however else it ends is for the caller to judge
   */
  run(command: string, args: readonly string[], { env = {}, cwd = '.' }: RunOptions = {}): Promise<Ended> {
    const options = { cwd: join(this.folder, cwd), env: this.#variables(env), maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve, reject) => {
      const child = execFile(command, args, options, (error, stdout, stderr) => {
        if (error !== null && typeof error.code === 'string') return reject(error); // such as ENOENT: it never ran
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      });
    });
  }

  /** Starts a command that stays up, as {@link run} would. */
  start(command: string, args: readonly string[]): RunningCommand {
    return new RunningCommand(command, args, { cwd: this.folder, env: this.#variables({}) });
  }

  /** Writes a file, and the folders that it needs. */
  async write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, file)), { recursive: true });
    await writeFile(join(this.folder, file), text);
  }

  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  /** Every file in it with its text, by path, apart from installed packages. */
  async files(): Promise<ReadonlyMap<string, string>> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(this.folder, join(parentPath, name)))
      .sort();
    return new Map(await Promise.all(files.map(async (file) => [file, await this.read(file)] as const)));
  }

  /** Removes it with all that is in it. */
  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  #variables(more: Readonly<Record<string, string>>): Record<string, string> {
    const places = [dirname(process.execPath), join(this.folder, 'node_modules', '.bin'), process.env.PATH];
    return { ...ENVIRONMENT, PATH: places.join(delimiter), ...more };
  }
}

/** The files that a commit of everything would hold. */
async function projectFiles(): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\0').filter((file) => file !== '');
}

/** One that was deleted and not committed, or that another test file has just removed. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

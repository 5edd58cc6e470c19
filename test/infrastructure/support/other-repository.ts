import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'external-subscriber');

/** Versions, by the names of packages. */
export type Versions = Readonly<Record<string, string>>;

/** The package.json of a package that is installed, so far as it says what it needs. */
export interface InstalledManifest {
  readonly exports: Readonly<Record<string, { types: string; default: string }>>;
  readonly dependencies: Versions;
  readonly peerDependencies: Versions;
}

/**
 * The example in a repository of its own, laid out as its README says. The pipeline's package is there as real files,
 * since Node.js and the compiler judge a file by its real path. Of other packages only those are there that the two
 * package.json ask for.
 */
export class OtherRepository {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<OtherRepository> {
    const repository = new OtherRepository(await realpath(await mkdtemp(join(tmpdir(), 'other-repository-'))));
    try {
      await repository.layOut();
      return repository;
    } catch (error) {
      await repository.remove();
      throw error;
    }
  }

  get packageFolder(): string {
    return join(this.folder, 'node_modules', 'user-bucket-pipeline');
  }

  async packageManifest(): Promise<InstalledManifest> {
    return JSON.parse(await readFile(join(this.packageFolder, 'package.json'), 'utf8'));
  }

  /** The text of every file of the package, by its path. */
  async packageFiles(): Promise<Map<string, string>> {
    const entries = await readdir(this.packageFolder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'utf8')] as const)));
  }

  /** What the repository itself asks for. */
  async versions(): Promise<Versions> {
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(this.folder, 'package.json'), 'utf8'));
    return { ...dependencies, ...devDependencies };
  }

  /** Writes a source file. */
  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.folder, file), text);
  }

  /**
   * Runs the compiler.
   * @returns what it has to say: nothing if all is well
   */
  async typeCheck(...options: string[]): Promise<string> {
    const args = [
      join(this.folder, 'node_modules', 'typescript', 'bin', 'tsc'),
      '--pretty',
      'false',
      '--checkers',
      '1',
      ...options,
    ];
    const check = promisify(execFile)(process.execPath, args, { cwd: this.folder });
    return check.then(
      ({ stdout }) => stdout,
      ({ stdout, message }) => stdout || message,
    );
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private async layOut(): Promise<void> {
    const [manifest, tsconfig] = await jsonOfReadme();
    await cp(EXAMPLE, this.folder, { recursive: true, filter: (file) => basename(file) !== 'cdk.out' });
    await this.write('package.json', manifest ?? '');
    await this.write('tsconfig.json', tsconfig ?? '');
    await promisify(execFile)(process.execPath, ['tools/package/build-package.ts', this.packageFolder], { cwd: ROOT });
    const { dependencies, peerDependencies } = await this.packageManifest();
    for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...(await this.versions()) })) {
      await this.link(name);
    }
  }

  private async link(name: string): Promise<void> {
    const place = join(this.folder, 'node_modules', name);
    if (place === this.packageFolder) return;
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), place);
  }
}

/** The README's package.json and tsconfig.json. */
async function jsonOfReadme(): Promise<string[]> {
  const text = await readFile(join(EXAMPLE, 'README.md'), 'utf8');
  return [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, json = '']) => json);
}

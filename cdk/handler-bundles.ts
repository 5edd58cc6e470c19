import { writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AssetHashType, AssetStaging, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { BuildFailure, BuildOptions } from 'esbuild';
import { type BundleOptions, bundleMemory, sourcesOf } from './bundle-memory.ts';
import { ConfigError } from './context.ts';
import { credentialsOfLambda, requiredBuiltIns } from './lean-imports.ts';

/** A handler to bundle. */
export interface HandlerSource {
  /** Unique among the handlers that are bundled together. */
  readonly name: string;
  readonly folder: string;
  readonly handlerFile: string;
}

/**
 * Some dependencies are CommonJS and call `require`, which an ES module lacks. The long name cannot clash with a
 * minified one: esbuild does not read its banner.
 */
const BANNER =
  "import { createRequire as createRequireForCommonJs } from 'node:module'; const require = createRequireForCommonJs(import.meta.url);";

/** How each handler is bundled. */
export const BUNDLE_OPTIONS: BuildOptions = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  banner: { js: BANNER },
};

/**
 * Bundles all handlers in one run of esbuild. NodejsFunction starts it through npx once per function: with ten
 * functions that takes ten times as long.
 *
 * - ES modules, and the module build of each dependency where it has one: unused code is left out.
 * - The AWS SDK is bundled: it loads faster than the runtime's own copy, and is the version that was tested. What it does not need
 *   in Lambda is left out (lean-imports.ts).
 * - A handler whose sources have not changed since this process bundled it is not bundled again.
 * - Minified, but with names kept: an error's class and a stack trace stay readable. No source maps, since Node.js
 *   reads them at every cold start.
 *
 * @throws ConfigError for a handler that cannot be bundled
 * @returns gives a handler's code, one file `index.mjs`, by the handler's name
 */
export async function bundleHandlers(handlers: readonly HandlerSource[]): Promise<(name: string) => Code> {
  // The CDK caches assets by folder alone, so a process that synthesizes again would miss changes.
  AssetStaging.clearAssetHashCache();
  const bundles = new Map<string, Uint8Array>();
  for (const { name, handlerFile } of handlers) {
    const remembered = await bundleMemory.recall(handlerFile);
    if (remembered) bundles.set(name, remembered);
  }
  const stale = handlers.filter(({ name }) => !bundles.has(name));
  for (const [name, contents] of await bundle(stale)) bundles.set(name, contents);

  return (name) => {
    const handler = handlers.find((each) => each.name === name);
    const contents = bundles.get(name);
    if (handler === undefined || contents === undefined) throw new Error(`${name} was not bundled`);
    return bundledCode(handler, contents);
  };
}

/**
 * Bundles handlers, also those whose sources have not changed.
 *
 * @throws ConfigError for a handler that cannot be bundled
 * @returns bundles by the handlers' names
 */
export async function bundle(handlers: readonly HandlerSource[]): Promise<Map<string, Uint8Array>> {
  if (handlers.length === 0) return new Map();
  const options: BundleOptions = {
    ...BUNDLE_OPTIONS,
    entryPoints: handlers.map(({ name, handlerFile }) => ({ in: handlerFile, out: name })),
    metafile: true,
    outdir: 'out', // names only: nothing is written
    write: false,
    plugins: [requiredBuiltIns, credentialsOfLambda],
    logLevel: 'silent', // errors are reported below
  };
  const startedAt = Date.now();
  const { outputFiles, metafile } = await bundleMemory.build(options).catch(asConfigError);
  const bundles = new Map(outputFiles.map(({ path, contents }) => [basename(path, '.mjs'), contents]));
  for (const { name, handlerFile } of handlers) {
    const contents = bundles.get(name);
    if (contents === undefined) throw new Error(`esbuild gave no bundle of ${name}`);
    // In a metafile, paths are relative to the working directory, with slashes.
    const sources = sourcesOf(relative('', handlerFile).split(sep).join('/'), metafile);
    await bundleMemory.remember(
      handlerFile,
      contents,
      sources.map((source) => resolve(source)),
      startedAt,
    );
  }
  return bundles;
}

/** Reports mistakes in a handler by file and line. */
function asConfigError({ errors }: BuildFailure): never {
  throw new ConfigError(
    errors.map(({ location, text }) => (location === null ? text : `${location.file}:${location.line}: ${text}`)),
  );
}

/** The asset's hash is that of the bundle, so that a function is deployed again only when its code has changed. */
function bundledCode({ folder }: HandlerSource, contents: Uint8Array): Code {
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle(outputFolder) {
          writeFileSync(join(outputFolder, 'index.mjs'), contents);
          return true;
        },
      },
    },
  });
}

/**
 * Bundles one handler: a module that exports `handler`.
 *
 * @param handlerFile its path
 * @throws ConfigError for a handler that cannot be bundled
 */
export async function bundleHandler(handlerFile: string): Promise<Code> {
  const codeOf = await bundleHandlers([{ name: 'handler', folder: dirname(handlerFile), handlerFile }]);
  return codeOf('handler');
}

import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildFailure, type BuildOptions, build, stop } from 'esbuild';
import { ConfigError } from './config-error.ts';

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

/**
 * Bundles all handlers in one run of esbuild. NodejsFunction starts it anew, through npx, for every function: with two
 * functions that takes twice as long, with ten it takes ten times as long.
 *
 * - ES modules, and the module build of each dependency where it has one: what is not used is left out.
 * - The AWS SDK is bundled: it loads faster than the runtime's own copy, and is the version that was tested.
 * - Minified, but with names kept: an error's class and a stack trace stay readable. No source maps, since Node.js
 *   reads them at every cold start.
 *
 * @throws ConfigError for a handler that cannot be bundled
 * @returns gives a handler's code, one file `index.mjs`, by the handler's name
 */
export async function bundleHandlers(handlers: readonly HandlerSource[]): Promise<(name: string) => Code> {
  const options: BuildOptions & { write: false } = {
    entryPoints: handlers.map(({ name, handlerFile }) => ({ in: handlerFile, out: name })),
    outdir: 'out', // names only: nothing is written
    write: false,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    banner: { js: BANNER },
    logLevel: 'silent', // what goes wrong is told below
  };
  const { outputFiles } = await build(options).catch(asConfigError).finally(stop);

  return (name) => {
    const handler = handlers.find((each) => each.name === name);
    const file = outputFiles.find(({ path }) => basename(path) === `${name}.mjs`);
    if (handler === undefined || file === undefined) throw new Error(`${name} was not bundled`);
    return bundledCode(handler, file.contents);
  };
}

/** A mistake in a handler is told by file and line, for the person who made it. */
function asConfigError({ errors }: BuildFailure): never {
  throw new ConfigError(errors.map(({ location, text }) => `${location?.file}:${location?.line}: ${text}`));
}

/** The asset's hash is that of the bundle, so that a function is deployed again only when its code has changed. */
function bundledCode({ folder }: HandlerSource, bundle: Uint8Array): Code {
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      local: {
        tryBundle(outputFolder) {
          writeFileSync(join(outputFolder, 'index.mjs'), bundle);
          return true;
        },
      },
    },
  });
}

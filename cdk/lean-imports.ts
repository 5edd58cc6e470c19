/** What a bundle of a function imports in another way than its sources say, so that it loads faster. */
import { builtinModules } from 'node:module';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

const BUILT_IN = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

/**
 * Loads the modules of Node.js itself as `require` does. An `import` reads every property of such a module at once, also those that
 * load more when they are read: with `node:http` that is undici, which no AWS client uses. Lambda's own runtime loads `node:http`
 * by `require` too.
 *
 * @see https://github.com/nodejs/node/issues/59686
 */
export const requiredBuiltIns: Plugin = {
  name: 'required-built-ins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z][a-z0-9_:/]*$/ }, ({ path, kind }) =>
      BUILT_IN.has(path) && kind !== 'require-call' ? { path, namespace: 'built-in' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

const DEFAULT_CREDENTIALS = /^@aws-sdk\/credential-provider-node$/;

/**
 * Lets AWS clients take their credentials from the environment, where Lambda puts them, and from nowhere else by default. The other
 * sources that a client tries (profiles, SSO, web identities, instance metadata) bring the clients of three more services. A handler
 * that needs one of them imports it, and passes it as `credentials`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const credentialsOfLambda: Plugin = {
  name: 'credentials-of-lambda',
  setup({ onResolve, onLoad, resolve }) {
    onResolve({ filter: DEFAULT_CREDENTIALS }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === DEFAULT_CREDENTIALS) return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: DEFAULT_CREDENTIALS });
      return found.errors.length > 0 ? found : { path: found.path, namespace: 'credentials-of-lambda' };
    });
    onLoad({ filter: /.*/, namespace: 'credentials-of-lambda' }, ({ path }) => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: dirname(path), // a dependency of the package that this replaces
    }));
  },
};

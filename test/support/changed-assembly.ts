import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testAssembly } from './assembly.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template's properties have as many shapes as there are resources
type Properties = Record<string, any>;
export type Resources = Record<string, { Type: string; Properties: Properties; DependsOn?: unknown }>;
export interface EditableTemplate {
  Resources: Resources;
  Parameters?: Record<string, { Type: string; Default?: string }>;
  Outputs?: Record<string, { Value: unknown }>;
}
export type Edit = (resources: Resources, template: EditableTemplate) => unknown;

/** A folder with one stack, which a test changes, also while it runs. */
export interface ChangedAssembly {
  readonly folder: string;
  /** Changes the template. */
  change(edit: Edit): Promise<void>;
  /** Adds the code of a function, an ES module. Returns its object key, for `Code.S3Key`. */
  addCode(module: string): Promise<string>;
  remove(): Promise<void>;
}

/** A copy of an assembly, whose template is changed. @param original the synthesized one by default */
export async function changedAssembly(edit: Edit = () => {}, original = testAssembly()): Promise<ChangedAssembly> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-changed-'));
  await cp(original, folder, { recursive: true });
  const assembly = await editable(folder);
  await assembly.change(edit);
  return assembly;
}

/** An assembly of one stack that a test makes up. */
export async function madeUpAssembly(stackName: string, template: EditableTemplate): Promise<ChangedAssembly> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-made-up-'));
  const properties = { templateFile: `${stackName}.template.json` };
  const artifacts = {
    [stackName]: { type: 'aws:cloudformation:stack', properties },
    [`${stackName}.assets`]: { type: 'cdk:asset-manifest', properties: { file: `${stackName}.assets.json` } },
  };
  await writeJson(join(folder, 'manifest.json'), { artifacts });
  await writeJson(join(folder, `${stackName}.assets.json`), { files: {} });
  await writeJson(join(folder, properties.templateFile), template);
  return editable(folder);
}

async function editable(folder: string): Promise<ChangedAssembly> {
  const { artifacts } = await readJson(join(folder, 'manifest.json'));
  const fileOf = (type: string, property: string) => {
    const artifact = (Object.values(artifacts) as Properties[]).find((found) => found.type === type);
    return join(folder, artifact?.properties[property]);
  };
  const templateFile = fileOf('aws:cloudformation:stack', 'templateFile');
  const assetsFile = fileOf('cdk:asset-manifest', 'file');
  return {
    folder,
    change: async (edit) => {
      const template = (await readJson(templateFile)) as unknown as EditableTemplate;
      edit(template.Resources, template);
      await writeJson(templateFile, template);
    },
    addCode: async (module) => {
      const hash = createHash('sha256').update(module).digest('hex');
      await mkdir(join(folder, `asset.${hash}`), { recursive: true });
      await writeFile(join(folder, `asset.${hash}`, 'index.mjs'), module);
      const assets = await readJson(assetsFile);
      const objectKey = `${hash}.zip`;
      assets.files[hash] = { source: { path: `asset.${hash}` }, destinations: { here: { objectKey } } };
      await writeJson(assetsFile, assets);
      return objectKey;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Properties of the first resource of a type, or of the first whose logical id begins like this. */
export function ofType(resources: Resources, type: string, logicalId = ''): Properties {
  const found = Object.entries(resources).find(([id, { Type }]) => Type === type && id.startsWith(logicalId));
  if (found === undefined) throw new Error(`The template has no ${type} ${logicalId}.`);
  return found[1].Properties;
}

async function readJson(file: string): Promise<Properties> {
  return JSON.parse(await readFile(file, 'utf8'));
}

async function writeJson(file: string, content: unknown): Promise<void> {
  await writeFile(file, JSON.stringify(content));
}

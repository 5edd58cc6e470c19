import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Template } from './template/template.ts';

/** A folder that is not a cloud assembly, or holds something that the engine does not support. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

/** One stack of a cloud assembly, with its assets found. */
export interface AssembledStack {
  readonly name: string;
  readonly template: Template;
  /** Absolute path of an asset's folder, by the object key under which it would be uploaded. */
  readonly assetFolder: (objectKey: string) => string | undefined;
}

/** A cloud assembly that was read. Engines that get it instead of its folder do not read and resolve it again. */
export interface LoadedAssembly {
  readonly folder: string;
  readonly stacks: readonly AssembledStack[];
}

/**
 * Reads the folder that `cdk synth` wrote.
 * @throws AssemblyError for a folder that is not an assembly
 */
export async function loadAssembly(folder: string): Promise<LoadedAssembly> {
  return { folder, stacks: await readAssembly(folder) };
}

/**
 * The stacks of several cloud assemblies, which run together in this order.
 * @param assemblies folders, which are read, or what was read before
 * @throws AssemblyError for a folder that is not an assembly, or two stacks of the same name
 */
export async function readAssemblies(assemblies: readonly (string | LoadedAssembly)[]): Promise<AssembledStack[]> {
  const all: AssembledStack[] = [];
  const folderOf = new Map<string, string>();
  for (const assembly of assemblies) {
    const { folder, stacks } = typeof assembly === 'string' ? await loadAssembly(assembly) : assembly;
    for (const stack of stacks) {
      const other = folderOf.get(stack.name);
      if (other !== undefined) {
        throw new AssemblyError(`${folder} and ${other} both have a stack named ${stack.name}. Rename one of them.`);
      }
      folderOf.set(stack.name, folder);
      all.push(stack);
    }
  }
  return all;
}

type ById<T> = Readonly<Record<string, T>>;

interface Artifact {
  readonly type: string;
  readonly properties?: { templateFile?: string; stackName?: string; file?: string };
  /** Ids of artifacts that are deployed before this one. */
  readonly dependencies?: readonly string[];
}

interface Asset {
  readonly source: { readonly path: string };
  readonly destinations: ById<{ readonly objectKey: string }>;
}

/**
 * Reads the stacks of a cloud assembly, the folder that `cdk synth` writes.
 * Source: the CDK's cloud assembly specification.
 * @throws AssemblyError for a folder without stacks, or with nested assemblies
 */
export async function readAssembly(folder: string): Promise<AssembledStack[]> {
  const manifest = await readJson<{ artifacts: ById<Artifact> }>(join(folder, 'manifest.json'), folder);
  const artifacts = Object.entries(manifest.artifacts);
  const assets = new Map<string, string>();
  for (const [, { type, properties }] of artifacts) {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) continue;
    const { files } = await readJson<{ files: ById<Asset> }>(join(folder, properties.file), folder);
    for (const { source, destinations } of Object.values(files)) {
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, resolve(folder, source.path));
    }
  }
  const nested = artifacts.find(([, { type }]) => type === 'cdk:cloud-assembly');
  if (nested)
    throw new AssemblyError(`${folder} has the nested assembly ${nested[0]}, which the local engine does not support.`);
  const stacks = inOrderOfDeployment(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  if (stacks.length === 0) throw new AssemblyError(`${folder} has no stack.`);
  return Promise.all(
    stacks.map(async ([id, { properties }]) => ({
      name: properties?.stackName ?? id,
      template: await readJson<Template>(join(folder, properties?.templateFile ?? `${id}.template.json`), folder),
      assetFolder: (objectKey) => assets.get(objectKey),
    })),
  );
}

/** Each after those that it depends on, as the CDK CLI deploys them. */
function inOrderOfDeployment(artifacts: readonly [id: string, Artifact][]): [id: string, Artifact][] {
  const byId = new Map(artifacts);
  const ordered = new Map<string, Artifact>();
  const visit = (id: string, path: readonly string[]): void => {
    const artifact = byId.get(id);
    if (artifact === undefined || ordered.has(id) || path.includes(id)) return;
    for (const needed of artifact.dependencies ?? []) visit(needed, [...path, id]);
    ordered.set(id, artifact);
  };
  for (const id of byId.keys()) visit(id, []);
  return [...ordered];
}

async function readJson<T>(file: string, folder: string): Promise<T> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const problem = `${folder} is not a cloud assembly: ${file} cannot be read. Create it with: npx cdk synth`;
    throw new AssemblyError(problem, { cause });
  }
}

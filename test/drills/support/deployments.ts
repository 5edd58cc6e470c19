import { existsSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ProjectCopy } from '../../support/project-copy.ts';
import { DEPLOYMENTS, type Deployment, SETTINGS } from './services.ts';

const VARIABLE = 'PIPELINE_DRILL_FOLDER';
export const STAGE = 'prod';

/** Synthesizes what every drill begins with, once for all of them. Jest calls this before the first. */
export default async function synthesizeDeployments(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-drills-'));
  process.env[VARIABLE] = folder;
  // Drills start dozens of Node.js processes with the same modules: each is compiled once in a run.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  const original = await ProjectCopy.create({
    without: ['services/welcome-mail', 'services/welcome-file', 'services/directory'],
  });
  try {
    await synthesize('good', original.folder);
  } finally {
    await original.remove();
  }
}

/** Synthesizes another deployment, for the one drill that needs it. Returns its assembly. */
export async function synthesizeDeployment(name: Deployment): Promise<string> {
  if (!existsSync(assemblyOf(name))) await synthesize(name, projectOf('good'));
  return assemblyOf(name);
}

async function synthesize(name: Deployment, from: string): Promise<void> {
  const project = projectOf(name);
  await cp(from, project, { recursive: true, verbatimSymlinks: true, filter: (file) => basename(file) !== 'cdk.out' });
  const copy = ProjectCopy.at(project);
  for (const [file, text] of Object.entries(DEPLOYMENTS[name])) await copy.write(file, text);
  const context = JSON.parse(await copy.read('cdk.json')).context;
  const stages = { ...context.stages, [STAGE]: { ...context.stages[STAGE], ...SETTINGS[name] } };
  const { code, stderr } = await copy.run('node', ['cdk/app.ts'], {
    env: {
      CDK_OUTDIR: assemblyOf(name),
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stages, stage: STAGE }),
      CDK_VALIDATION: 'false',
    },
  });
  if (code !== 0) throw new Error(`The deployment ${name} cannot be synthesized:\n${stderr}`);
}

/** The project that a deployment is of. */
export function projectOf(name: Deployment): string {
  return join(drillsFolder(), name);
}

/** What was synthesized from it. */
export function assemblyOf(name: Deployment): string {
  return join(projectOf(name), 'cdk.out');
}

/** What holds all that the drills of this run need. */
export function drillsFolder(): string {
  const folder = process.env[VARIABLE];
  if (folder === undefined)
    throw new Error('No deployments: only tests in test/drills have them (see jest.config.ts).');
  return folder;
}

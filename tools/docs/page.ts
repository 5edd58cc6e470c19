import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentedSettings } from './documented-settings.ts';
import { renderPage } from './render-page.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export const CONFIGURATION_PAGE = join(ROOT, 'docs', 'configuration.md');

/** The page as it should be. @throws {Error} for a setting whose comment contradicts what is checked */
export async function configurationPage(): Promise<string> {
  const { context } = JSON.parse(await readFile(join(ROOT, 'cdk.json'), 'utf8'));
  return renderPage(await documentedSettings(join(ROOT, 'cdk')), context.stages);
}

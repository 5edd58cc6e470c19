import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder for an engine's data, and what removes it. */
export function makeDataFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-data-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

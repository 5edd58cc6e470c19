import { join } from 'node:path';

/** The project's folder, from which everything is found wherever a command is started. */
export const PROJECT_FOLDER = join(import.meta.dirname, '..');
